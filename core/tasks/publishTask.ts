import type { Database } from '../db/connect.ts';
import { isId } from '../runtime/ids.ts';

/** Notes that others may see what its owner had made in private. Nothing where there is no such task of theirs. */
export async function publishTask(database: Database, taskId: string, userId: string): Promise<void> {
  if (!isId(taskId)) return;
  const meta = database.raw("JSON_SET(meta, '$.visibility', 'public')");
  await database('tasks').where({ id: taskId, userId }).update({ meta });
}
