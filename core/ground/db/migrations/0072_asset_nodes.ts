import type { Knex } from 'knex';

/** Which node of a person's own graph made a file: clients of ComfyUI ask for results by node. */
export async function up(database: Knex): Promise<void> {
  if (await database.schema.hasColumn('assets', 'node_id')) return;
  await database.raw(
    'ALTER TABLE assets ADD COLUMN node_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL',
  );
}

export async function down(database: Knex): Promise<void> {
  if (!(await database.schema.hasColumn('assets', 'node_id'))) return;
  await database.raw('ALTER TABLE assets DROP COLUMN node_id');
}
