import type { Knex } from 'knex';

/** What a person's key may spend on a day, and what it has spent. */
export async function up(database: Knex): Promise<void> {
  // Each statement commits by itself: an interrupted migration continues after the last one.
  if (!(await database.schema.hasColumn('api_keys', 'credits_per_day')))
    await database.raw('ALTER TABLE api_keys ADD COLUMN credits_per_day INT UNSIGNED NULL');
  await database.raw(`CREATE TABLE IF NOT EXISTS key_days (
    api_key_id CHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    day DATE NOT NULL,
    credits BIGINT UNSIGNED NOT NULL,
    PRIMARY KEY (api_key_id, day),
    KEY key_days_day (day)
  ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`);
}

/** The older release would let limited keys spend everything. */
export async function down(database: Knex): Promise<void> {
  if (await database.schema.hasColumn('api_keys', 'credits_per_day')) {
    await database.raw(
      'UPDATE api_keys SET revoked_at = UTC_TIMESTAMP(3) WHERE credits_per_day IS NOT NULL AND revoked_at IS NULL',
    );
    await database.raw('ALTER TABLE api_keys DROP COLUMN credits_per_day');
  }
  await database.raw('DROP TABLE IF EXISTS key_days');
}
