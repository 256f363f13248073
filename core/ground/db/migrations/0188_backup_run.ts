import type { Knex } from 'knex';

/** The backup that an administrator asked for, and the one that is being written: of each at most one. */
export async function up(database: Knex): Promise<void> {
  await database.raw(`CREATE TABLE IF NOT EXISTS backup_run (
    id TINYINT NOT NULL PRIMARY KEY,
    asked_at DATETIME(3) NULL,
    begun_at DATETIME(3) NULL,
    told_at DATETIME(3) NULL,
    host VARCHAR(255) NULL,
    all_files INT NULL,
    files INT NULL,
    bytes BIGINT NULL,
    ended_at DATETIME(3) NULL,
    fault VARCHAR(500) NULL
  ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`);
  await database.raw('INSERT IGNORE INTO backup_run (id) VALUES (1)');
}
