import type { Database } from '../../ground/db/connect.ts';
import { isId } from '../../ground/runtime/ids.ts';

/** Makes the results of a private task public. Does nothing if the person has no such task. */
export async function publishTask(database: Database, taskId: string, userId: string): Promise<void> {
  if (!isId(taskId)) return;
  const meta = database.raw("JSON_SET(meta, '$.visibility', 'public')");
  await database('tasks').where({ id: taskId, userId }).update({ meta });
}
