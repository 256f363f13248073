import { type Actor, recordAct } from '../ground/audit.ts';
import { type Database, inTransaction } from '../ground/db/connect.ts';
import { Attempt } from '../ground/db/models/backend.ts';
import { isTerminal, Task } from '../ground/db/models/task.ts';
import { Problem } from '../ground/errors.ts';
import type { WakeSignals } from '../ground/redis/wakeSignals.ts';
import type { Clock } from '../ground/runtime/clock.ts';
import { isId } from '../ground/runtime/ids.ts';
import { requireBackend } from './pool/backends.ts';

interface Deps {
  database: Database;
  clock: Clock;
  wakeSignals: Pick<WakeSignals, 'sendCancel'>;
}

/**
 * Asks the owner of a backend to stop an attempt, begun or not, and to put its task back into the queue. It keeps its
 * place among its person's tasks and its credits stay held; it goes to another backend if there is one. A request, as a
 * recall is: it stands in the attempt's row, where a later owner finds it, and a result that comes first counts. A
 * repeated request, or one for an attempt that is over, changes nothing.
 * @throws Problem `not-found`; `task-finished`.
 */
export async function requeueTask(deps: Deps, actor: Actor, taskId: string, attempt: number): Promise<void> {
  const task = isId(taskId) ? await Task.query(deps.database).findById(taskId) : undefined;
  if (!task) throw new Problem('not-found', 'There is no such task.');
  if (isTerminal(task.status))
    throw new Problem('task-finished', 'The task has finished, so there is nothing left to put back.');
  const backendId = await inTransaction(deps.database, async (trx) => {
    const row = await Attempt.query(trx).findById([taskId, attempt]).forUpdate();
    if (!row || row.state === 'ended' || row.requeuedAt !== null) return undefined;
    const requeuedAt = deps.clock.now();
    await row.$query(trx).patch({ requeuedAt });
    const act = { action: 'task.requeue' as const, target: `task:${taskId}` };
    const asked = { before: { requeuedAt: null }, after: { requeuedAt } };
    await recordAct(deps, trx, { actor, ...act, data: { attempt, backendId: row.backendId, ...asked } });
    return row.backendId;
  });
  if (backendId !== undefined) deps.wakeSignals.sendCancel(backendId, taskId);
}

/**
 * Asks the owner of a backend to give back all tasks that wait on it and have not begun. Unless the backend drains, the
 * next plan may give it the same ones.
 * @returns how many were asked for.
 * @throws Problem `not-found`.
 */
export async function recallPrefetched(deps: Deps, actor: Actor, backendId: string): Promise<number> {
  await requireBackend(deps.database, backendId);
  const taskIds = await inTransaction(deps.database, async (trx) => {
    const unbegun = Attempt.query(trx)
      .where({ backendId })
      .whereIn('state', ['assigned', 'posted'])
      .whereNull('recalledAt');
    const rows = await unbegun.select('taskId', 'attempt').forUpdate();
    const recalledAt = deps.clock.now();
    for (const { taskId, attempt } of rows)
      await Attempt.query(trx).findById([taskId, attempt]).patch({ recalledAt });
    if (rows.length === 0) return [];
    const act = { action: 'backend.recall' as const, target: `backend:${backendId}` };
    const ids = rows.map(({ taskId }) => taskId);
    const data = { taskIds: ids, before: { recalledAt: null }, after: { recalledAt } };
    await recordAct(deps, trx, { actor, ...act, data });
    return ids;
  });
  for (const taskId of taskIds) deps.wakeSignals.sendCancel(backendId, taskId);
  return taskIds.length;
}
