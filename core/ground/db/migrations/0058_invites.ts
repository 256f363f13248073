import type { Knex } from 'knex';

const id = 'CHAR(36) CHARACTER SET ascii COLLATE ascii_bin';
const hash = 'CHAR(64) CHARACTER SET ascii COLLATE ascii_bin';

/** Codes that registering needs, by their hashes. Who used one is not kept. */
export async function up(database: Knex): Promise<void> {
  await database.raw(`CREATE TABLE IF NOT EXISTS invites (
    id ${id} NOT NULL PRIMARY KEY,
    code_hash ${hash} NOT NULL,
    note VARCHAR(200) NOT NULL,
    uses INT NOT NULL,
    used INT NOT NULL DEFAULT 0,
    expires_at DATETIME(3) NULL,
    withdrawn_at DATETIME(3) NULL,
    created_at DATETIME(3) NOT NULL,
    UNIQUE KEY invites_code (code_hash)
  ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`);
}

export async function down(database: Knex): Promise<void> {
  await database.raw('DROP TABLE IF EXISTS invites');
}
