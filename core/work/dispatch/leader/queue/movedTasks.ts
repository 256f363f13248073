import type { Database } from '../../../../ground/db/connect.ts';
import { MovedTask, Task } from '../../../../ground/db/models/task.ts';
import type { QueuedRow } from './queueWindow.ts';

interface MovedTasks {
  /** When each task was moved, by its id, whether it waits or not. */
  movedAtMs: ReadonlyMap<string, number>;
  waiting: QueuedRow[];
}

/** What administrators moved to the front of the queue; usually nothing. */
export async function readMoved(database: Database): Promise<MovedTasks> {
  const rows = await MovedTask.query(database);
  const movedAtMs = new Map(rows.map(({ taskId, movedAt }) => [taskId, movedAt.getTime()]));
  if (rows.length === 0) return { movedAtMs, waiting: [] };
  const waiting = await Task.query(database)
    .select('id', 'attempt')
    .findByIds([...movedAtMs.keys()])
    .where({ status: 'queued' });
  return { movedAtMs, waiting };
}
