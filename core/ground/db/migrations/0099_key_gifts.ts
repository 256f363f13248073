import type { Knex } from 'knex';

/** What was given away through a service key on a day. */
export async function up(database: Knex): Promise<void> {
  if (!(await database.schema.hasColumn('key_days', 'given')))
    await database.raw('ALTER TABLE key_days ADD COLUMN given BIGINT UNSIGNED NOT NULL DEFAULT 0');
}

export async function down(database: Knex): Promise<void> {
  if (await database.schema.hasColumn('key_days', 'given'))
    await database.raw('ALTER TABLE key_days DROP COLUMN given');
}
