import type { Database } from '../../../ground/db/connect.ts';
import { Backend, Leader } from '../../../ground/db/models/backend.ts';
import { Task } from '../../../ground/db/models/task.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';
import type { Catalogue } from '../../../library/catalogue/catalogue.ts';
import { isReadable } from '../../../library/catalogue/namedChoices.ts';

/** A longer queue is not looked through: there is no time that people leave over. */
const mostLooked = 100;

/** Whether a task waits that this backend could be given. None can while the queue is paused or the backend drains. */
export async function isWorkWaiting(
  {
    database,
    catalogue,
    clock,
  }: {
    database: Database;
    catalogue: Pick<Catalogue, 'loadWorkflow' | 'backendsFor'>;
    clock: Pick<Clock, 'now'>;
  },
  backendId: string,
): Promise<boolean> {
  const [leader, backend] = await Promise.all([
    Leader.query(database).findById(1).select('pausedAt'),
    Backend.query(database).findById(backendId).select('draining', 'enabled'),
  ]);
  if (leader?.pausedAt || !backend || backend.draining || !backend.enabled) return false;
  const waiting = await Task.query(database)
    .select('workflowName', 'workflowVersion', 'params')
    .where({ status: 'queued' })
    .where((due) => due.whereNull('notBefore').orWhere('notBefore', '<=', clock.now()))
    .limit(mostLooked + 1);
  if (waiting.length > mostLooked) return true;
  for (const { workflowName, workflowVersion, params } of waiting) {
    const workflow = await catalogue.loadWorkflow(workflowName, workflowVersion);
    if (!workflow || !isReadable(workflow, params)) continue;
    if ((await catalogue.backendsFor(workflow, params)).has(backendId)) return true;
  }
  return false;
}
