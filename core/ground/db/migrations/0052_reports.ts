import type { Knex } from 'knex';

const id = 'CHAR(36) CHARACTER SET ascii COLLATE ascii_bin';
const word = 'VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin';

/** What people found wrong with a picture or a task. The key allows one of each person about each of them. */
export async function up(database: Knex): Promise<void> {
  await database.raw(`CREATE TABLE IF NOT EXISTS reports (
    id ${id} NOT NULL PRIMARY KEY,
    reporter_id ${id} NOT NULL,
    target VARCHAR(60) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    owner_id ${id} NOT NULL,
    task_id ${id} NULL,
    asset_id ${id} NULL,
    reason ${word} NOT NULL,
    text VARCHAR(500) NULL,
    state ${word} NOT NULL,
    version INT NOT NULL,
    created_at DATETIME(3) NOT NULL,
    decided_at DATETIME(3) NULL,
    UNIQUE KEY reports_once (reporter_id, target),
    KEY reports_target (target),
    KEY reports_state (state, id),
    KEY reports_reporter (reporter_id, created_at),
    KEY reports_created (created_at)
  ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`);
}

export async function down(database: Knex): Promise<void> {
  await database.raw('DROP TABLE IF EXISTS reports');
}
