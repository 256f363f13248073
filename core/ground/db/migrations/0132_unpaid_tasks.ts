import type { Knex } from 'knex';

/** Tasks of a person's day that cost nothing. */
export async function up(database: Knex): Promise<void> {
  if (await database.schema.hasColumn('balances', 'unpaid')) return;
  await database.raw(
    'ALTER TABLE balances ADD COLUMN unpaid INT UNSIGNED NOT NULL DEFAULT 0, ADD COLUMN unpaid_day DATE NULL',
  );
}
