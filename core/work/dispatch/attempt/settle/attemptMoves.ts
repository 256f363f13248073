import type { Task, TaskError } from '../../../../ground/db/models/task.ts';
import { retryWrite } from '../../../../ground/db/retryWrite.ts';
import {
  completeTask,
  countCollect,
  failOutOfTime,
  failTask,
  markPosted,
  type NewOutput,
  type Requeue,
  releaseSlot,
  requeueTask,
  startTask,
} from '../../../tasks/attemptTransitions.ts';
import type { Fence, RanFence } from '../../../tasks/ownerFence.ts';
import type { AttemptDeps, AttemptSignals } from '../attempt.ts';

/**
 * The moves of one attempt. Each is retried while the database is away, changes nothing without the fence, and wakes
 * its listeners. False or `lost`: another owner has the task or the backend, and nothing was written.
 */
export interface AttemptMoves {
  /** How long the run that the next move ends had the GPU, where that was seen. */
  noteRan(ms: number | undefined): void;
  /**
   * Saves the id before anything is sent. It stops with the attempt; the other moves stop only when the owner leaves.
   */
  posted(promptId: string): Promise<boolean>;
  started(beganAt?: Date): Promise<boolean>;
  /** See `countCollect`. */
  collecting(): Promise<number | undefined>;
  /**
   * @param task its row as this owner has read it
   * @param beganAt of a start that is not written
   * @param usedShare of the time that the price is for
   */
  completed(task: Task, outputs: readonly NewOutput[], beganAt?: Date, usedShare?: number): Promise<boolean>;
  requeued(requeue: Requeue): Promise<'queued' | 'failed' | 'lost'>;
  failed(error: TaskError, fault: string, charged?: number): Promise<boolean>;
  /** The task fails and is paid; the slot stays taken until `released`. */
  failedPaid(error: TaskError, charged: number): Promise<boolean>;
  /** The task ended before this attempt did: only the slot is given back. */
  released(fault: string): Promise<boolean>;
}

export function createAttemptMoves(
  deps: Pick<AttemptDeps, 'database' | 'publisher' | 'clock' | 'logger' | 'wakeSignals'>,
  fence: Fence,
  { run, left }: AttemptSignals,
): AttemptMoves {
  let ranMs: number | undefined;
  const ran = (): RanFence => ({ ...fence, ranMs });
  const make = <Result>(move: () => Promise<Result>, signal = left) => retryWrite(deps, move, signal);
  /** The leader has a free slot; after a completed run it knows the rest by itself. */
  const tellEnd = (completed?: { taskId: string; attempt: number }) =>
    deps.wakeSignals.send('slots', completed);
  return {
    noteRan(ms) {
      ranMs = ms;
    },
    posted: (promptId) => make(() => markPosted(deps, fence, promptId), run),
    started: (beganAt) => make(() => startTask(deps, fence, beganAt)),
    collecting: () => make(() => countCollect(deps, fence)),
    async completed(task, outputs, beganAt, usedShare) {
      const isOurs = await make(() => completeTask(deps, ran(), outputs, beganAt, usedShare, task));
      if (isOurs) tellEnd({ taskId: fence.taskId, attempt: fence.attempt });
      return isOurs;
    },
    async requeued(requeue) {
      const result = await make(() => requeueTask(deps, ran(), requeue));
      if (result !== 'lost') tellEnd();
      return result;
    },
    async failed(error, fault, charged) {
      const isOurs = await make(() => failTask(deps, ran(), error, fault, charged));
      if (isOurs) tellEnd();
      return isOurs;
    },
    failedPaid: (error, charged) => make(() => failOutOfTime(deps, ran(), error, charged)),
    // The owner wakes the leader for it.
    released: (fault) => make(() => releaseSlot(deps, ran(), fault)),
  };
}
