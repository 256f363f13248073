import type { Knex } from 'knex';

const id = 'CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL';
const hash = 'CHAR(64) CHARACTER SET ascii COLLATE ascii_bin';
const suffix = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci';

/** The agents of GPU machines, the codes by which they join, and the model files that they fetch. */
export async function up(database: Knex): Promise<void> {
  await database.raw(`CREATE TABLE IF NOT EXISTS join_codes (
    code_hash ${hash} NOT NULL PRIMARY KEY,
    made_by ${id},
    used_by ${hash} NULL,
    expires_at DATETIME(3) NOT NULL,
    KEY join_codes_age (expires_at)
  ) ${suffix}`);
  await database.raw(`CREATE TABLE IF NOT EXISTS pool_agents (
    backend_id ${id} PRIMARY KEY,
    token_hash ${hash} NOT NULL,
    report TEXT NOT NULL,
    joined_at DATETIME(3) NOT NULL,
    seen_at DATETIME(3) NOT NULL,
    UNIQUE KEY pool_agents_token (token_hash)
  ) ${suffix}`);
  await database.raw(`CREATE TABLE IF NOT EXISTS model_fetches (
    backend_id ${id},
    folder VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    name VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    id ${id},
    url TEXT NOT NULL,
    sha256 ${hash} NULL,
    state VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    bytes BIGINT UNSIGNED NULL,
    bytes_done BIGINT UNSIGNED NOT NULL DEFAULT 0,
    fault VARCHAR(500) NULL,
    created_at DATETIME(3) NOT NULL,
    updated_at DATETIME(3) NOT NULL,
    PRIMARY KEY (backend_id, folder, name),
    UNIQUE KEY model_fetches_id (id),
    CONSTRAINT model_fetches_state_known CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled'))
  ) ${suffix}`);
}
