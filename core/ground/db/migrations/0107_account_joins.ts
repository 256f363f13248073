import type { Knex } from 'knex';

const id = 'CHAR(36) CHARACTER SET ascii COLLATE ascii_bin';

/** Accounts that were joined, while what they made still moves: see `moveJoined`. */
export async function up(database: Knex): Promise<void> {
  await database.raw(`CREATE TABLE IF NOT EXISTS account_joins (
    from_id ${id} NOT NULL PRIMARY KEY,
    into_id ${id} NOT NULL,
    joined_at DATETIME(3) NOT NULL,
    KEY account_joins_into (into_id)
  ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`);
}

/** The older release moves everything at once, and knows nothing of the rest. */
export async function down(database: Knex): Promise<void> {
  if (!(await database.schema.hasTable('account_joins'))) return;
  for (const table of ['tasks', 'assets', 'asset_shares'])
    await database.raw(
      `UPDATE ${table} JOIN account_joins ON account_joins.from_id = ${table}.user_id SET ${table}.user_id = account_joins.into_id`,
    );
  await database.raw('DROP TABLE account_joins');
}
