import type { Knex } from 'knex';

/** What a person sent on a day. */
export async function up(database: Knex): Promise<void> {
  if (!(await database.schema.hasColumn('person_days', 'kept_bytes')))
    await database.raw('ALTER TABLE person_days ADD COLUMN kept_bytes BIGINT UNSIGNED NOT NULL DEFAULT 0');
}
