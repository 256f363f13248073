import type { Knex } from 'knex';

/**
 * What operators say of model files and engines. `source` is who says it: an administrator, or the folder of YAML. A row
 * without `fields` was deleted: its version goes on, so that a change made from an older one is refused.
 */
export async function up(database: Knex): Promise<void> {
  await database.raw(`CREATE TABLE IF NOT EXISTS model_entries (
    source VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    model VARCHAR(300) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    version INT NOT NULL,
    fields JSON NULL,
    sample_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL,
    changed_at DATETIME(3) NOT NULL,
    PRIMARY KEY (source, model),
    KEY model_entries_sample (sample_id)
  ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`);
}

export async function down(database: Knex): Promise<void> {
  await database.raw('DROP TABLE IF EXISTS model_entries');
}
