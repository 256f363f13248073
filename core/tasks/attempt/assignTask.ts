import { isDuplicateEntry, shareUnlocked, type Transaction } from '../../db/connect.ts';
import { Attempt, Leader, Slot } from '../../db/models/backend.ts';
import { Task } from '../../db/models/task.ts';
import type { Clock } from '../../runtime/clock.ts';

export interface Assignment {
  taskId: string;
  /** The attempt the task had when it was planned; the new one is one more. */
  attempt: number;
  backendId: string;
  slot: 0 | 1;
}

/**
 * Whether this dispatcher still leads. The row stays share-locked until the transaction ends, so all assignments of
 * one plan are made by one leader.
 */
export async function leads(trx: Transaction, leader: { owner: string; epoch: number }): Promise<boolean> {
  const row = await Leader.query(trx)
    .select('id')
    .findOne({ id: 1, ...leader })
    .forShare();
  return row !== undefined;
}

/**
 * Locks the rows that the assignments depend on. Assignments whose rows another transaction has locked are left out:
 * one row delays no other, even if that transaction's process died.
 */
export async function lockAssignable<Planned extends Assignment>(
  trx: Transaction,
  assignments: readonly Planned[],
): Promise<Planned[]> {
  const list = async (table: 'backends' | 'tasks', ids: readonly string[], lock: string) => {
    const places = ids.map(() => '?').join(', ');
    const sql = `SELECT id FROM ${table} FORCE INDEX (PRIMARY) WHERE id IN (${places}) ${lock}`;
    const [rows] = (await trx.raw(sql, [...ids])) as [{ id: string }[]];
    return new Set(rows.map(({ id }) => id));
  };
  const [backendIds, taskIds] = [
    assignments.map(({ backendId }) => backendId),
    assignments.map(({ taskId }) => taskId),
  ];
  const backends = await list('backends', [...new Set(backendIds)], shareUnlocked);
  const tasks = await list('tasks', taskIds, 'FOR UPDATE SKIP LOCKED');
  return assignments.filter(({ backendId, taskId }) => backends.has(backendId) && tasks.has(taskId));
}

/**
 * `queued → assigned` under the next attempt, with a slot. The slot comes first: its primary key refuses a third task
 * on a backend from any planner.
 * @returns the new attempt, or undefined when the slot was taken or the task is no longer as it was planned.
 */
export async function assignTask(
  deps: { clock: Clock },
  trx: Transaction,
  assignment: Assignment,
): Promise<number | undefined> {
  const { taskId, backendId, slot } = assignment;
  const attempt = assignment.attempt + 1;
  const now = deps.clock.now();
  try {
    await Slot.query(trx).insert({ backendId, slot, taskId, attempt, takenAt: now });
  } catch (error) {
    if (isDuplicateEntry(error)) return undefined;
    throw error;
  }
  const assigned = await Task.query(trx)
    .findById(taskId)
    .where({ status: 'queued', attempt: assignment.attempt })
    .patch({ status: 'assigned', attempt, notBefore: null, updatedAt: now });
  if (assigned === 0) {
    await Slot.query(trx).where({ backendId, slot, taskId, attempt }).delete();
    return undefined;
  }
  await Attempt.query(trx).insert({ taskId, attempt, backendId, state: 'assigned', assignedAt: now });
  return attempt;
}
