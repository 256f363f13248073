import type { Knex } from 'knex';

/** Which of the failed sign-ins is the first of a lock. */
export async function up(database: Knex): Promise<void> {
  if (await database.schema.hasColumn('sign_in_tries', 'locked')) return;
  await database.raw('ALTER TABLE sign_in_tries ADD COLUMN locked BOOLEAN NOT NULL DEFAULT 0');
}
