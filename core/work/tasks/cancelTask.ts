import { inTransaction, type Transaction } from '../../ground/db/connect.ts';
import { Attempt } from '../../ground/db/models/backend.ts';
import { isTerminal, Task } from '../../ground/db/models/task.ts';
import { taskMoves } from '../../ground/db/models/taskMoves.ts';
import { Problem } from '../../ground/errors.ts';
import type { WakeSignals } from '../../ground/redis/wakeSignals.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { isId } from '../../ground/runtime/ids.ts';
import { type CommitDeps, commitAndPublish } from '../events/outbox/commitAndPublish.ts';
import type { ProgressReader } from '../events/progressBus.ts';
import { cancelCostOf } from './charge.ts';
import { concludeTask } from './endTask.ts';
import { countFinished } from './taskMetrics.ts';

interface Deps extends CommitDeps {
  clock: Clock;
  wakeSignals: WakeSignals;
}

interface CancelCharge {
  progress: ProgressReader;
  /** Whether a workflow costs the share that was computed. A graph's time is owed in any case. */
  chargesCancel(): boolean;
}

/**
 * Ends an unfinished task at once: its refund is complete when this returns. The owner of its backend stops a running
 * prompt afterwards; the slot stays taken until then.
 * @param userId whose task it must be; undefined for an administrator.
 * @param charge for what was computed; absent: all credits come back.
 * @param record writes what must not be missing after the cancel, in its transaction; not called for a second cancel.
 * @throws Problem `not-found`; `task-finished` when it succeeded or failed before. A second cancel is a success.
 */
export async function cancelTask(
  deps: Deps,
  taskId: string,
  userId: string | undefined,
  charge?: CancelCharge,
  record?: (trx: Transaction, before: Task['status']) => Promise<void>,
): Promise<void> {
  if (!isId(taskId)) throw unknownTask();
  // Before the row is locked: Redis may take its time.
  const reached = (await charge?.progress.findProgress([taskId]))?.get(taskId);
  const cancel = async (trx: Transaction) => {
    const owned = userId === undefined ? {} : { userId };
    const task = await Task.query(trx).findById(taskId).where(owned).forUpdate();
    if (!task) throw unknownTask();
    if (isTerminal(task.status)) {
      requireCancelled(task);
      return {};
    }
    await record?.(trx, task.status);
    const now = deps.clock.now();
    const cancelCharge = cancelCostOf(task, reached, charge?.chargesCancel() ?? false);
    const { to: status } = taskMoves.cancel;
    const ended = { status, cancelCharge, finishedAt: now, updatedAt: now };
    // Its row is locked, and was seen to be open.
    await Task.query(trx).findById(taskId).patch(ended);
    await concludeTask(deps, trx, task.$set(ended), { move: 'cancel', charged: cancelCharge });
    const attempt = await Attempt.query(trx).findById([taskId, task.attempt]).whereNot({ state: 'ended' });
    return { workflow: task.workflowName, backendId: attempt?.backendId };
  };
  const { workflow, backendId } = await commitAndPublish(deps, cancel, inTransaction);
  if (workflow !== undefined) countFinished(workflow, 'cancelled');
  if (backendId !== undefined) deps.wakeSignals.sendCancel(backendId, taskId);
}

const unknownTask = () => new Problem('not-found', 'There is no such task.');

function requireCancelled(task: Task): void {
  if (task.status !== 'cancelled')
    throw new Problem('task-finished', 'The task has finished, so there is nothing left to cancel.');
}
