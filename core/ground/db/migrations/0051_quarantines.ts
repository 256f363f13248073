import type { Knex } from 'knex';

const id = 'CHAR(36) CHARACTER SET ascii COLLATE ascii_bin';
const word = 'VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin';

/**
 * Why stored bytes are withheld, and what was decided about that. One row for each object: its copies share it. The
 * rows outlive their assets, so that the same bytes are refused when they are uploaded again.
 */
export async function up(database: Knex): Promise<void> {
  await database.raw(`CREATE TABLE IF NOT EXISTS quarantines (
    id ${id} NOT NULL PRIMARY KEY,
    storage_key VARCHAR(200) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    sha256 CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    asset_id ${id} NOT NULL,
    user_id ${id} NOT NULL,
    task_id ${id} NULL,
    state ${word} NOT NULL,
    version INT NOT NULL,
    reason ${word} NOT NULL,
    note VARCHAR(500) NULL,
    source ${word} NOT NULL,
    scores JSON NULL,
    appeal VARCHAR(1000) NULL,
    appeal_state ${word} NULL,
    appealed_at DATETIME(3) NULL,
    created_at DATETIME(3) NOT NULL,
    changed_at DATETIME(3) NOT NULL,
    UNIQUE KEY quarantines_storage (storage_key),
    KEY quarantines_bytes (sha256, state),
    KEY quarantines_asset (asset_id),
    KEY quarantines_user (user_id, id),
    KEY quarantines_state (state, id),
    KEY quarantines_appeal (appeal_state, id)
  ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`);
}

export async function down(database: Knex): Promise<void> {
  await database.raw('DROP TABLE IF EXISTS quarantines');
}
