import type { Clock } from '../clock.ts';
import { type Database, inTransaction } from '../db/connect.ts';
import { Attempt } from '../db/models/backend.ts';
import { isTerminal, openStatuses, Task } from '../db/models/task.ts';
import { Problem } from '../errors.ts';
import type { Bell } from '../events/bell.ts';
import { isId } from '../ids.ts';
import { concludeTask, requireTask } from './endTask.ts';

interface Deps {
  database: Database;
  clock: Clock;
  bell: Bell;
}

/**
 * Ends an unfinished task at once: the credits are back when this returns. What still runs on a backend is stopped
 * by its owner afterwards; the slot stays taken until then.
 * @param userId whose task it must be; undefined for an administrator.
 * @throws Problem `not-found`; `task-finished` when it succeeded or failed before. A second cancel is a success.
 */
export async function cancelTask(deps: Deps, taskId: string, userId: string | undefined): Promise<void> {
  if (!isId(taskId)) throw unknownTask();
  const backendId = await inTransaction(deps.database, async (trx) => {
    const now = deps.clock.now();
    const owned = userId === undefined ? {} : { userId };
    const cancelled = await Task.query(trx)
      .findById(taskId)
      .where(owned)
      .whereIn('status', openStatuses)
      .patch({ status: 'cancelled', finishedAt: now, updatedAt: now });
    if (cancelled === 0) {
      const task = await Task.query(trx).findById(taskId).where(owned);
      requireCancelled(task);
      return undefined;
    }
    const task = await requireTask(trx, taskId);
    await concludeTask(deps, trx, task, { status: 'cancelled' });
    const attempt = await Attempt.query(trx).findById([taskId, task.attempt]).whereNot({ state: 'ended' });
    return attempt?.backendId;
  });
  deps.bell.ring('outbox');
  if (backendId !== undefined) deps.bell.ringCancel(backendId, taskId);
}

const unknownTask = () => new Problem('not-found', 'There is no such task.');

function requireCancelled(task: Task | undefined): void {
  if (!task) throw unknownTask();
  if (task.status !== 'cancelled' && isTerminal(task.status))
    throw new Problem('task-finished', 'The task has finished, so there is nothing left to cancel.');
}
