import type { CallToolResult, ServerContext } from '@modelcontextprotocol/server';
import { Problem } from '@star-graph/core/ground/errors';
import type { Progress } from '@star-graph/core/work/events/event';
import { requireTaskWithOutputs } from '@star-graph/core/work/tasks/findTasks';
import { inCredits } from '@star-graph/workflows/shared/inCredits';
import { isTerminal } from '@star-graph/workflows/shared/taskStatuses';
import type { Logger } from 'pino';
import { z } from 'zod';
import { followTask } from '../../followTask.ts';
import { presentOpen, presentTask } from '../presentTask.ts';
import type { Call } from '../tool.ts';
import type { McpDeps } from '../visit.ts';

/** Clients give up on a call after a minute unless they are told of progress. */
export const waitSeconds = z.int().min(0).max(600).default(45).meta({
  description: 'How long to wait for the result; after that the task goes on, and wait waits for it',
});

export const taskIdInput = z.string().max(64).meta({ description: 'The id that generate answered' });

/**
 * Waits for a task's end, and answers with what there is when the time is over. The task belongs to its person, not to
 * this call: it goes on whoever hangs up.
 */
export async function waitFor(
  deps: McpDeps,
  { visit: { caller, ctx }, mcp, signal }: Call,
  taskId: string,
  seconds: number,
): Promise<CallToolResult> {
  const userId = caller.account.id;
  const found = await requireTaskWithOutputs(deps.database, taskId, userId);
  if (isTerminal(found.task.status)) return presentTask(deps, found, signal);
  const teller = createProgressTeller(mcp, ctx.state.log);
  teller.accepted(taskId, found.task.cost);
  const over = new AbortController();
  const stop = deps.clock.after(seconds * 1_000, () => over.abort());
  let last: Progress | undefined;
  const onProgress = (progress: Progress) => {
    // Not each has a picture.
    last = { ...(last?.preview && { preview: last.preview }), ...progress };
    teller.reached(progress);
  };
  try {
    const either = AbortSignal.any([signal, over.signal]);
    return await presentTask(
      deps,
      await followTask(deps, { taskId, userId, signal: either, onProgress }),
      signal,
    );
  } catch (error) {
    if (signal.aborted) throw namingTask(signal.reason, taskId);
    if (!over.signal.aborted) throw error;
    return presentOpen(deps, await requireTaskWithOutputs(deps.database, taskId, userId), last);
  } finally {
    stop();
  }
}

/** A process that stops gives the word for its tasks to another one. */
const namingTask = (reason: unknown, taskId: string): unknown =>
  reason instanceof Problem
    ? new Problem(reason.code, `The server restarts. Task ${taskId} goes on: call wait with its id.`, {
        retryAfterSeconds: reason.retryAfterSeconds ?? 5,
      })
    : reason;

/** The protocol wants each number above the last, and a place in the queue has none of its own. */
const leastStep = 0.001;

/** Tells a client of progress that asked for it. Nothing here can fail a call: its answer is what counts. */
function createProgressTeller({ mcpReq }: ServerContext, log: Pick<Logger, 'debug'>) {
  const progressToken = mcpReq._meta?.progressToken;
  let told = -leastStep;
  const tell = (percent: number, message: string) => {
    if (progressToken === undefined) return;
    told = Math.max(percent, told + leastStep);
    mcpReq
      .notify({
        method: 'notifications/progress',
        params: { progressToken, progress: told, total: 100, message },
      })
      .catch((err: unknown) => log.debug({ err }, 'a client was not told of progress'));
  };
  return {
    accepted(taskId: string, price: number) {
      tell(0, `Task ${taskId} was accepted, with ${inCredits(price)} held for it.`);
    },
    reached({ percent, queuePosition, step, steps }: Progress) {
      if (queuePosition !== undefined) tell(0, `Place ${queuePosition} in the queue.`);
      else if (percent > told)
        tell(percent, step === undefined || steps === undefined ? 'Running.' : `Step ${step} of ${steps}.`);
    },
  };
}
