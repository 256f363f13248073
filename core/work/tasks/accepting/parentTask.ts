import type { Database } from '../../../ground/db/connect.ts';
import { Task } from '../../../ground/db/models/task.ts';
import { Problem } from '../../../ground/errors.ts';
import { isId } from '../../../ground/runtime/ids.ts';

/** A parent task must belong to the same person. */
export async function requireParent(
  database: Database,
  userId: string,
  parentId: string | undefined,
): Promise<void> {
  if (parentId === undefined) return;
  const parent = isId(parentId)
    ? await Task.query(database).select('id').findOne({ id: parentId, userId })
    : undefined;
  if (!parent)
    throw new Problem('not-found', 'The parent task does not exist.', {
      errors: [{ pointer: '/meta/parentId', message: 'No task of yours has this id.' }],
    });
}
