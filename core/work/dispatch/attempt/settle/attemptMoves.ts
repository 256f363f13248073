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
import { type AttemptDeps, AttemptLost, type AttemptSignals } from '../attempt.ts';

/**
 * The moves of one attempt. Each is retried while the database is away, changes nothing without the fence, and wakes
 * its listeners. Where another owner has the task or the backend, nothing is written: `posted` and `started` say so,
 * and the others throw `AttemptLost`.
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
  collecting(): Promise<number>;
  /**
   * @param task its row as this owner has read it
   * @param beganAt of a start that is not written
   * @param usedShare of the time that the price is for
   */
  completed(task: Task, outputs: readonly NewOutput[], beganAt?: Date, usedShare?: number): Promise<void>;
  requeued(requeue: Requeue): Promise<'queued' | 'failed'>;
  failed(error: TaskError, fault: string, charged?: number): Promise<void>;
  /** The task fails and is paid; the slot stays taken until `released`. */
  failedPaid(error: TaskError, charged: number): Promise<void>;
  /** The task ended before this attempt did: only the slot is given back. */
  released(fault: string): Promise<void>;
}

export function createAttemptMoves(
  deps: Pick<AttemptDeps, 'database' | 'publisher' | 'clock' | 'logger' | 'wakeSignals'>,
  fence: Fence,
  { run, left }: AttemptSignals,
): AttemptMoves {
  let ranMs: number | undefined;
  const ran = (): RanFence => ({ ...fence, ranMs });
  const make = <Result>(move: () => Promise<Result>, signal = left) => retryWrite(deps, move, signal);
  async function change(move: () => Promise<boolean>): Promise<void> {
    if (!(await make(move))) throw new AttemptLost('the task or the backend has another owner');
  }
  /** The leader has a free slot; after a completed run it knows the rest by itself. */
  const tellEnd = (completed?: { taskId: string; attempt: number }) =>
    deps.wakeSignals.send('slots', completed);
  return {
    noteRan(ms) {
      ranMs = ms;
    },
    posted: (promptId) => make(() => markPosted(deps, fence, promptId), run),
    started: (beganAt) => make(() => startTask(deps, fence, beganAt)),
    async collecting() {
      const collects = await make(() => countCollect(deps, fence));
      if (collects === undefined) throw new AttemptLost('it was collected by another owner');
      return collects;
    },
    async completed(task, outputs, beganAt, usedShare) {
      await change(() => completeTask(deps, ran(), outputs, beganAt, usedShare, task));
      tellEnd({ taskId: fence.taskId, attempt: fence.attempt });
    },
    async requeued(requeue) {
      const result = await make(() => requeueTask(deps, ran(), requeue));
      if (result === 'lost') throw new AttemptLost('the task or the backend has another owner');
      tellEnd();
      return result;
    },
    async failed(error, fault, charged) {
      await change(() => failTask(deps, ran(), error, fault, charged));
      tellEnd();
    },
    failedPaid: (error, charged) => change(() => failOutOfTime(deps, ran(), error, charged)),
    // The owner wakes the leader for it.
    released: (fault) => change(() => releaseSlot(deps, ran(), fault)),
  };
}
