import type { Knex } from 'knex';

const ascii = 'CHARACTER SET ascii COLLATE ascii_bin';

/** The keys that sign access tokens and links to files, from the first rotation on: see `core/people/signingKeys/signingKeys.ts`. */
export async function up(database: Knex): Promise<void> {
  await database.raw(`CREATE TABLE IF NOT EXISTS signing_keys (
    purpose VARCHAR(20) ${ascii} NOT NULL,
    version INT NOT NULL,
    kid VARCHAR(40) ${ascii} NOT NULL,
    secret VARCHAR(500) ${ascii} NULL,
    created_at DATETIME(3) NOT NULL,
    signs_from DATETIME(3) NOT NULL,
    verifies_until DATETIME(3) NULL,
    PRIMARY KEY (purpose, version),
    UNIQUE KEY signing_keys_kid (purpose, kid)
  ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`);
}

export async function down(database: Knex): Promise<void> {
  await database.raw('DROP TABLE IF EXISTS signing_keys');
}
