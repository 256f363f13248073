import type { PersonCaller } from '@star-graph/core/people/identity/caller';
import type { Progress } from '@star-graph/core/work/events/event';
import { cancelTasks } from './acceptTasks.ts';
import type { DoorDeps } from './doorDeps.ts';
import { followTask } from './followTask.ts';
import { type DrawnTask, drawnOf } from './readResults.ts';
import { ClientGone } from './waitingClients.ts';

export interface RunOptions {
  taskIds: readonly string[];
  signal: AbortSignal;
  /** Whether the client may come back for them by its Idempotency-Key. */
  isRepeatable: boolean;
  /** Whether the protocol lets work go on that nobody waits for any more. */
  outlivesClient?: boolean;
  onProgress?: (taskId: string, progress: Progress) => void;
  /** As each ends, in any order. */
  onEnd?: (ended: DrawnTask) => Promise<void>;
}

/**
 * Follows tasks to their ends, in the order of `taskIds`. Without a client nobody would fetch their results, so that
 * they are cancelled: a repeat would pay twice. What was computed is charged where the client went, and not where this
 * process has to stop.
 */
export async function runTasks(
  deps: DoorDeps,
  caller: PersonCaller,
  { taskIds, signal, isRepeatable, outlivesClient = false, onProgress, onEnd }: RunOptions,
): Promise<DrawnTask[]> {
  const stopping = new AbortController();
  const follow = async (taskId: string) => {
    const either = AbortSignal.any([signal, stopping.signal]);
    const followed = { taskId, userId: caller.account.id, signal: either };
    const ended = drawnOf(
      await followTask(deps, {
        ...followed,
        ...(onProgress && { onProgress: (progress: Progress) => onProgress(taskId, progress) }),
      }),
    );
    await onEnd?.(ended);
    return ended;
  };
  try {
    return await Promise.all(taskIds.map(follow));
  } catch (error) {
    const isGone = error instanceof ClientGone;
    if (!isRepeatable && !(isGone && outlivesClient))
      await cancelTasks(deps, caller, taskIds, { isCharged: isGone });
    throw error;
  } finally {
    stopping.abort();
  }
}
