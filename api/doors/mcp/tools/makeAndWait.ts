import {
  acceptedContent,
  CLIENT_CAPABILITIES_META_KEY,
  inputRequired,
  inputResponse,
} from '@modelcontextprotocol/server';
import { Problem } from '@star-graph/core/ground/errors';
import { isId } from '@star-graph/core/ground/runtime/ids';
import { inCredits } from '@star-graph/workflows/shared/inCredits';
import { z } from 'zod';
import { quoteWork } from '../../../routes/tasks/quoteWork.ts';
import { acceptTasks, type Repeats } from '../../acceptTasks.ts';
import type { Call, ToolAnswer } from '../tool.ts';
import type { McpDeps } from '../visit.ts';
import { waitFor } from './waitFor.ts';

interface Work {
  workflow: string;
  params: Record<string, unknown>;
  mostCredits: number | undefined;
  seconds: number;
  idempotencyKey?: string | undefined;
  /** Says the request, for one that comes again. */
  content: string;
}

/** Accepts a task and waits for it; asks the person first where a price or too few credits are in the way. */
export async function makeAndWait(deps: McpDeps, call: Call, work: Work): Promise<ToolAnswer> {
  const { caller, ctx, creditsPerDay } = call.visit;
  const { workflow, params, idempotencyKey, content, seconds } = work;
  const mostCredits = agreedPrice(call) ?? work.mostCredits;
  const limits = {
    ...(mostCredits === undefined ? {} : { mostCredits }),
    ...(creditsPerDay === undefined ? {} : { creditsPerDay }),
  };
  const repeats = repeatsOf(call, idempotencyKey, content);
  const request = { workflowName: workflow, bodies: [params], limits };
  try {
    const [taskId = ''] = await acceptTasks(deps, caller, ctx, request, repeats);
    return await waitFor(deps, call, taskId, seconds);
  } catch (error) {
    const question = error instanceof Problem ? await questionOf(deps, call, work, error) : undefined;
    if (question) return question;
    throw error;
  }
}

/**
 * The client's own key, or the id of its request where that is unique. Most count their requests from 0 in each
 * connection: another connection's 7 is another request.
 */
function repeatsOf(
  { mcp: { mcpReq } }: Call,
  given: string | undefined,
  content: string,
): Repeats | undefined {
  const { id } = mcpReq;
  const key = given ?? (typeof id === 'string' && isId(id) ? id : undefined);
  return key === undefined ? undefined : { key, content: `mcp\n${content}` };
}

const agreement = z.object({ agree: z.boolean() });
const asked = { price: 'price', credits: 'credits' } as const;

/**
 * What the person was asked for and agreed to. It comes by way of the client, as the limit does that it stands for:
 * limits of the person, of the key and of the operator are counted all the same.
 */
function agreedPrice({ mcp: { mcpReq } }: Call): number | undefined {
  if (acceptedContent(mcpReq.inputResponses, asked.price, agreement)?.agree !== true) return undefined;
  return z.coerce.number().int().nonnegative().safeParse(mcpReq.requestState()).data;
}

const clientSchema = z.object({
  [CLIENT_CAPABILITIES_META_KEY]: z.object({
    elicitation: z.object({ form: z.object({}).optional(), url: z.object({}).optional() }),
  }),
});

/** Undefined: the client cannot ask, or has asked already. */
async function questionOf(
  deps: McpDeps,
  { visit: { caller, ctx }, mcp: { mcpReq } }: Call,
  { workflow, params }: Work,
  { code, detail, errors }: Problem,
): Promise<ToolAnswer | undefined> {
  const client = clientSchema.safeParse(mcpReq.envelope).data?.[CLIENT_CAPABILITIES_META_KEY];
  const can = client?.elicitation;
  const isNew = (key: string) => inputResponse(mcpReq.inputResponses, key).kind === 'missing';
  if (code === 'insufficient-credits' && can?.url && isNew(asked.credits)) {
    const url = `${deps.publicUrl}/account`;
    const request = inputRequired.elicitUrl({ url, message: `${detail} Credits are there to be had.` });
    return inputRequired({ inputRequests: { [asked.credits]: request } });
  }
  const isTooDear = errors.some(({ pointer }) => pointer === '/mostCredits');
  if (!isTooDear || !can || (can.url && !can.form) || !isNew(asked.price)) return undefined;
  const { cost } = await quoteWork(deps, caller, ctx, workflow, params);
  const request = inputRequired.elicit({
    message: `This costs ${inCredits(cost)}, more than was allowed for it. Make it all the same?`,
    requestedSchema: z.object({ agree: z.boolean().meta({ title: `Spend ${inCredits(cost)}` }) }),
  });
  return inputRequired({ inputRequests: { [asked.price]: request }, requestState: String(cost) });
}
