import type {
  CallToolResult,
  InputRequiredResult,
  McpServer,
  ServerContext,
  StandardSchemaWithJSON,
  ToolAnnotations,
} from '@modelcontextprotocol/server';
import { Problem } from '@star-graph/core/ground/errors';
import { requireScope } from '@star-graph/core/people/identity/keyLimits';
import type { KeyScope } from '@star-graph/workflows/shared/keyScopes';
import type { z } from 'zod';
import { toProblem } from '../../transport/toProblem.ts';
import { orFault } from './outputs.ts';
import { presentFault } from './presentFault.ts';
import type { McpDeps, Visit } from './visit.ts';

/** One call of a tool. */
export interface Call {
  visit: Visit;
  mcp: ServerContext;
  /** Aborts with the visit, and when the client takes the call back. */
  signal: AbortSignal;
}

interface ToolParts<Input extends z.ZodObject> {
  name: string;
  title: string;
  /** For the model that decides whether to call it. */
  description: string;
  input: Input;
  /** Of `structuredContent`, unless it is refused. */
  output: z.ZodObject;
  /** What a key with scopes needs. */
  scope: KeyScope;
  annotations: ToolAnnotations;
  /** For hosts that show pages of servers. */
  meta?: Record<string, unknown>;
  run(deps: McpDeps, input: z.output<Input>, call: Call): Promise<ToolAnswer>;
}

/** Or what the person is to be asked first: the client calls again with what they said. */
export type ToolAnswer = CallToolResult | InputRequiredResult;

export interface Tool {
  register(server: McpServer, deps: McpDeps, visit: Visit): void;
}

/** A failure is a result with a sentence, so that the model reads what to do; it is no error of the protocol. */
export function defineTool<Input extends z.ZodObject>(parts: ToolParts<Input>): Tool {
  const { name, title, description, scope, annotations, meta, run } = parts;
  const inputSchema = withoutDialect(parts.input);
  const outputSchema = withoutDialect(orFault(parts.output));
  return {
    register(server, deps, visit) {
      const answer = async (input: z.output<Input>, mcp: ServerContext): Promise<ToolAnswer> => {
        const signal = AbortSignal.any([visit.signal, mcp.mcpReq.signal]);
        try {
          requireScope(visit.caller, scope);
          return await run(deps, input, { visit, mcp, signal });
        } catch (error) {
          // Nobody is there to read it.
          if (signal.aborted && !(error instanceof Problem)) return { content: [], isError: true };
          return presentFault(toProblem(visit.ctx.state.log, error));
        }
      };
      const config = {
        title,
        description,
        inputSchema,
        outputSchema,
        annotations,
        ...(meta && { _meta: meta }),
      };
      server.registerTool(name, config, (input, mcp) => answer(input as z.output<Input>, mcp));
    },
  };
}

/**
 * A schema that does not name the dialect of its description: many hosts check by an older one, refuse what names
 * another, and read these all the same.
 */
function withoutDialect(schema: z.ZodObject): StandardSchemaWithJSON {
  const { jsonSchema, ...standard } = schema['~standard'];
  const describe =
    (io: 'input' | 'output'): (typeof jsonSchema)['input'] =>
    (options) => {
      const { $schema: _dialect, ...description } = jsonSchema[io](options);
      return description;
    };
  return {
    '~standard': { ...standard, jsonSchema: { input: describe('input'), output: describe('output') } },
  };
}
