import type { Knex } from 'knex';

const id = 'CHAR(36) CHARACTER SET ascii COLLATE ascii_bin';
const mac = 'CHAR(64) CHARACTER SET ascii COLLATE ascii_bin';
const suffix = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci';

/**
 * The seals of the audit: see `core/desk/auditSeals.ts`. They are beside the records, so that old processes write the
 * audit as before.
 */
export async function up(database: Knex): Promise<void> {
  await database.raw(`CREATE TABLE IF NOT EXISTS audit_seals (
    seq BIGINT NOT NULL PRIMARY KEY,
    audit_id ${id} NOT NULL UNIQUE,
    kid VARCHAR(190) NOT NULL,
    mac ${mac} NOT NULL
  ) ${suffix}`);
  await database.raw(`CREATE TABLE IF NOT EXISTS audit_head (
    id TINYINT NOT NULL PRIMARY KEY,
    seq BIGINT NOT NULL,
    mac ${mac} NOT NULL,
    sealed_to ${id} NOT NULL
  ) ${suffix}`);
  await database.raw("INSERT IGNORE INTO audit_head (id, seq, mac, sealed_to) VALUES (1, 0, '', '')");
}

export async function down(database: Knex): Promise<void> {
  await database.raw('DROP TABLE IF EXISTS audit_seals');
  await database.raw('DROP TABLE IF EXISTS audit_head');
}
