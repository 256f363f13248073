import type { Knex } from 'knex';

const column = 'traceparent';

/** The trace that each task belongs to. Tasks of earlier releases, and of old processes beside new ones, have none. */
export async function up(database: Knex): Promise<void> {
  if (await database.schema.hasColumn('tasks', column)) return;
  await database.raw(
    `ALTER TABLE tasks ADD COLUMN ${column} CHAR(55) CHARACTER SET ascii COLLATE ascii_bin NULL`,
  );
}

export async function down(database: Knex): Promise<void> {
  if (await database.schema.hasColumn('tasks', column))
    await database.raw(`ALTER TABLE tasks DROP COLUMN ${column}`);
}
