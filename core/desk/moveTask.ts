import { type Actor, recordAct } from '../ground/audit.ts';
import { type Database, inTransaction } from '../ground/db/connect.ts';
import { isTerminal, MovedTask, Task } from '../ground/db/models/task.ts';
import { Problem } from '../ground/errors.ts';
import type { WakeSignals } from '../ground/redis/wakeSignals.ts';
import type { Clock } from '../ground/runtime/clock.ts';
import { isId } from '../ground/runtime/ids.ts';

interface Deps {
  database: Database;
  clock: Clock;
  wakeSignals: Pick<WakeSignals, 'send'>;
}

/** `front`: before all that wait, behind what was moved there earlier. `line`: its ordinary place among its person's tasks. */
const queueEnds = ['front', 'line'] as const;
export type QueueEnd = (typeof queueEnds)[number];

/**
 * Moves a task in the queue. It stands in a row of its own and counts whenever the task waits until it ends, so also
 * after a requeue or a retry; on a backend it changes nothing. A task that is there already stays as it is.
 * @throws Problem `not-found`; `task-finished`.
 */
export async function moveTask(deps: Deps, actor: Actor, taskId: string, to: QueueEnd): Promise<void> {
  const isMoved = await inTransaction(deps.database, async (trx) => {
    // Of two that move it at once, the second sees what the first did; and it cannot end meanwhile.
    const task = isId(taskId)
      ? await Task.query(trx).findById(taskId).select('status').forUpdate()
      : undefined;
    if (!task) throw new Problem('not-found', 'There is no such task.');
    if (isTerminal(task.status))
      throw new Problem('task-finished', 'The task has finished, so it waits no more.');
    const known = await MovedTask.query(trx).findById(taskId);
    const from: QueueEnd = known ? 'front' : 'line';
    if (from === to) return false;
    if (known) await MovedTask.query(trx).deleteById(taskId);
    else await MovedTask.query(trx).insert({ taskId, movedAt: deps.clock.now() });
    const act = { action: 'task.move' as const, target: `task:${taskId}` };
    await recordAct(deps, trx, { actor, ...act, data: { before: { place: from }, after: { place: to } } });
    return true;
  });
  if (isMoved) deps.wakeSignals.send('tasks');
}
