import { isId } from '@star-graph/core/ground/runtime/ids';
import { z } from 'zod';
import { acceptTasks, type Repeats } from '../../acceptTasks.ts';
import { taskOutput } from '../outputs.ts';
import { type Call, defineTool } from '../tool.ts';
import { workflowName } from './describeWorkflow.ts';
import { workflowParams } from './quote.ts';
import { waitFor, waitSeconds } from './waitFor.ts';

export const generate = defineTool({
  name: 'generate',
  title: 'Make a picture or a video',
  description:
    "Makes a picture or a video and spends the person's credits: the price of quote is held, and paid when it is done. Nothing is paid for what fails. Answers with small pictures to look at and links to the whole ones; or, when it takes longer, with the id of the task for wait.",
  input: z.strictObject({
    workflow: workflowName,
    params: workflowParams,
    mostCredits: z
      .int()
      .min(0)
      .optional()
      .meta({ description: 'Refuse it if it costs more credits than this' }),
    waitSeconds,
    idempotencyKey: z
      .string()
      .regex(/^[\x21-\x7e]{1,255}$/)
      .optional()
      .meta({ description: 'The same request under the same key is made once, however often it is sent' }),
  }),
  output: taskOutput,
  scope: 'tasks:write',
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },
  async run(deps, { workflow, params, mostCredits, waitSeconds: seconds, idempotencyKey }, call) {
    const { caller, ctx, creditsPerDay } = call.visit;
    const limits = {
      ...(mostCredits === undefined ? {} : { mostCredits }),
      ...(creditsPerDay === undefined ? {} : { creditsPerDay }),
    };
    const request = { workflowName: workflow, bodies: [params], limits };
    const repeats = repeatsOf(call, idempotencyKey, JSON.stringify([workflow, params]));
    const [taskId = ''] = await acceptTasks(deps, caller, ctx, request, repeats);
    return waitFor(deps, call, taskId, seconds);
  },
});

/**
 * The client's own key, or the id of its request where that is unique. Most count their requests from 0 in each
 * connection: another connection's 7 is another request.
 */
export function repeatsOf(
  { mcp: { mcpReq } }: Call,
  given: string | undefined,
  content: string,
): Repeats | undefined {
  const { id } = mcpReq;
  const key = given ?? (typeof id === 'string' && isId(id) ? id : undefined);
  return key === undefined ? undefined : { key, content: `mcp\n${content}` };
}
