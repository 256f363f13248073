import type { PersonCaller } from '@star-graph/core/people/identity/caller';
import { z } from 'zod';
import { cancelTasks } from '../../acceptTasks.ts';
import type { GraphDeps } from '../graphDeps.ts';
import { isOver, isRunning, type Run } from './run.ts';

export const interruptSchema = z.looseObject({ prompt_id: z.string().nullish() });
export const queueSchema = z.looseObject({
  delete: z.array(z.string()).max(1_000).nullish(),
  clear: z.boolean().nullish(),
});

/**
 * Stops the person's graph of that id if it runs, and without an id all of theirs that run. As in ComfyUI the answer
 * does not tell which.
 */
export async function interrupt(deps: GraphDeps, caller: PersonCaller, body: unknown): Promise<void> {
  const { prompt_id: promptId } = interruptSchema.safeParse(body).data ?? {};
  await stopRuns(deps, caller, (run) => isRunning(run) && (!promptId || run.promptId === promptId));
}

/** Takes graphs out of the person's queue. Those that run stay. */
export async function changeQueue(deps: GraphDeps, caller: PersonCaller, body: unknown): Promise<void> {
  const { delete: promptIds, clear } = queueSchema.safeParse(body).data ?? {};
  await stopRuns(
    deps,
    caller,
    (run) => !isRunning(run) && (clear === true || (promptIds ?? []).includes(run.promptId)),
  );
}

/** @returns how many of the person's graphs that had not ended it stopped. */
export async function stopRuns(
  deps: GraphDeps,
  caller: PersonCaller,
  isMeant: (run: Run) => boolean,
): Promise<number> {
  const userId = caller.account.id;
  const { list } = await deps.runs.readOpenAnew(userId);
  const taskIds = list.filter((run) => !isOver(run) && isMeant(run)).map(({ task }) => task.id);
  const stopped = await cancelTasks(deps, caller, taskIds, { isCharged: true });
  deps.runs.noteChange(userId, taskIds);
  return stopped;
}
