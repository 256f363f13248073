import type { Database } from '../../ground/db/connect.ts';
import { openStatuses, Task, type TaskImage } from '../../ground/db/models/task.ts';

/** Above some hundreds of ranges the server estimates badly, and reads all assets of a person. */
const peopleAtOnce = 50;

/** The inputs of these people's unfinished tasks: assets and objects that must not be deleted yet. */
export async function findNeededImages(database: Database, userIds: readonly string[]): Promise<TaskImage[]> {
  const needed: TaskImage[] = [];
  for (let start = 0; start < userIds.length; start += peopleAtOnce) {
    const tasks = await Task.query(database)
      .select('images')
      .whereIn('userId', userIds.slice(start, start + peopleAtOnce))
      .whereIn('status', openStatuses);
    needed.push(...tasks.flatMap(({ images }) => Object.values(images)));
  }
  return needed;
}
