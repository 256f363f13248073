import type { Knex } from 'knex';

const columns = { gifts_day: 'DATE NULL', gifted: 'BIGINT NOT NULL DEFAULT 0' } as const;

/** What each person gave away on their last day of giving. */
export async function up(database: Knex): Promise<void> {
  // Each statement commits by itself: an interrupted migration continues after the last one.
  for (const [name, type] of Object.entries(columns))
    if (!(await database.schema.hasColumn('balances', name)))
      await database.raw(`ALTER TABLE balances ADD COLUMN ${name} ${type}`);
}

export async function down(database: Knex): Promise<void> {
  for (const name of Object.keys(columns)) await database.raw(`ALTER TABLE balances DROP COLUMN ${name}`);
}
