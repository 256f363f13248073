import type { Knex } from 'knex';

const ascii = 'CHARACTER SET ascii COLLATE ascii_bin';

/**
 * Room for the secrets of webhooks as ciphertexts, and the keys of the audit's seals: see `core/people/signingKeys/sealKeys.ts`. Each
 * statement may be run again.
 */
export async function up(database: Knex): Promise<void> {
  await database.raw(`ALTER TABLE webhooks MODIFY secret VARCHAR(500) ${ascii} NOT NULL`);
  await database.raw(`CREATE TABLE IF NOT EXISTS seal_keys (
    kid VARCHAR(190) ${ascii} NOT NULL PRIMARY KEY,
    secret VARCHAR(500) ${ascii} NOT NULL,
    created_at DATETIME(3) NOT NULL
  ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`);
}

/** The column stays wide: a ciphertext would not fit into the narrow one. */
export async function down(database: Knex): Promise<void> {
  await database.raw('DROP TABLE IF EXISTS seal_keys');
}
