import type { Knex } from 'knex';
import { addStateChecks } from '../stateChecks.ts';

/** States hold only known words, and a task has one open attempt. */
export async function up(database: Knex): Promise<void> {
  await addStateChecks(database);
  if (!(await database.schema.hasColumn('attempts', 'is_open')))
    await database.raw(
      'ALTER TABLE attempts ADD COLUMN is_open TINYINT AS (IF(ended_at IS NULL, 1, NULL)) VIRTUAL',
    );
  const [keys] = await database.raw("SHOW INDEX FROM attempts WHERE Key_name = 'attempts_open'");
  if (keys.length === 0)
    await database.raw('ALTER TABLE attempts ADD UNIQUE KEY attempts_open (task_id, is_open)');
}
