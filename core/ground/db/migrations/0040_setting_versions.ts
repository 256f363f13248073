import type { Knex } from 'knex';

/** The settings that administrators changed: each version has all of them, and the last one holds. */
export async function up(database: Knex): Promise<void> {
  await database.raw(`CREATE TABLE IF NOT EXISTS setting_versions (
    version INT NOT NULL PRIMARY KEY,
    set_values JSON NOT NULL,
    reverted_to INT NULL,
    changed_by CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    created_at DATETIME(3) NOT NULL
  ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`);
}

export async function down(database: Knex): Promise<void> {
  await database.raw('DROP TABLE IF EXISTS setting_versions');
}
