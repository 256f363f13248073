import type { Transaction } from '../../ground/db/connect.ts';
import { Task, type TaskError } from '../../ground/db/models/task.ts';
import { taskMoves } from '../../ground/db/models/taskMoves.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { concludeTask, requireTask } from './endTask.ts';

/**
 * `queued → failed`, for a task that no backend can run. It has no open attempt, so no prompt has to be removed.
 * Credits go back.
 * @returns false when it is no longer queued.
 */
export async function failQueuedTask(
  deps: { clock: Clock },
  trx: Transaction,
  taskId: string,
  error: TaskError,
): Promise<boolean> {
  const now = deps.clock.now();
  const { from, to: status } = taskMoves.failQueued;
  const failed = await Task.query(trx)
    .findById(taskId)
    .whereIn('status', from)
    .patch({ status, error, finishedAt: now, updatedAt: now });
  if (failed === 0) return false;
  await concludeTask(deps, trx, await requireTask(trx, taskId), { move: 'failQueued', error });
  return true;
}
