import type { Knex } from 'knex';

/** When the leader recalled an attempt that has not begun, and which prompt loaded the models of a backend. */
export async function up(database: Knex): Promise<void> {
  // Each statement commits by itself: an interrupted migration continues after the last one.
  if (!(await database.schema.hasColumn('backends', 'residency_prompt_id')))
    await database.raw(
      'ALTER TABLE backends ADD COLUMN residency_prompt_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL',
    );
  if (!(await database.schema.hasColumn('attempts', 'recalled_at')))
    await database.raw('ALTER TABLE attempts ADD COLUMN recalled_at DATETIME(3) NULL');
}

export async function down(database: Knex): Promise<void> {
  await database.raw('ALTER TABLE attempts DROP COLUMN recalled_at');
  await database.raw('ALTER TABLE backends DROP COLUMN residency_prompt_id');
}
