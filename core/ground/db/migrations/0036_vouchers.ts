import type { Knex } from 'knex';

const id = 'CHAR(36) CHARACTER SET ascii COLLATE ascii_bin';
const hash = 'CHAR(64) CHARACTER SET ascii COLLATE ascii_bin';
const suffix = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci';

const tables = [
  `CREATE TABLE IF NOT EXISTS voucher_batches (
    id ${id} NOT NULL PRIMARY KEY,
    name VARCHAR(100) NOT NULL,
    credits BIGINT NOT NULL,
    codes INT NOT NULL,
    uses_per_code INT NOT NULL,
    uses_per_person INT NOT NULL,
    used INT NOT NULL DEFAULT 0,
    expires_at DATETIME(3) NULL,
    withdrawn_at DATETIME(3) NULL,
    created_at DATETIME(3) NOT NULL
  ) ${suffix}`,
  `CREATE TABLE IF NOT EXISTS vouchers (
    code_hash ${hash} NOT NULL PRIMARY KEY,
    batch_id ${id} NOT NULL,
    used INT NOT NULL DEFAULT 0,
    CONSTRAINT vouchers_batch_fk FOREIGN KEY (batch_id) REFERENCES voucher_batches (id)
  ) ${suffix}`,
  `CREATE TABLE IF NOT EXISTS voucher_uses (
    code_hash ${hash} NOT NULL,
    user_id ${id} NOT NULL,
    number INT NOT NULL,
    used_at DATETIME(3) NOT NULL,
    PRIMARY KEY (code_hash, user_id, number)
  ) ${suffix}`,
];

/** Codes for credits, by their hashes, and who used them. */
export async function up(database: Knex): Promise<void> {
  // Each statement commits by itself: an interrupted migration continues after the last one.
  for (const table of tables) await database.raw(table);
}

export async function down(database: Knex): Promise<void> {
  for (const table of ['voucher_uses', 'vouchers', 'voucher_batches'])
    await database.raw(`DROP TABLE IF EXISTS ${table}`);
}
