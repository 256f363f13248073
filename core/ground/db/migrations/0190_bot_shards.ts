import type { Knex } from 'knex';

/** Which process of a Discord bot has which shard: one row for each bot, by its service key. */
export async function up(database: Knex): Promise<void> {
  await database.raw(`CREATE TABLE IF NOT EXISTS bot_shards (
    service_key_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    version INT UNSIGNED NOT NULL,
    layout JSON NOT NULL
  ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`);
}
