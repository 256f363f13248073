import type { Knex } from 'knex';

const id = 'CHAR(36) CHARACTER SET ascii COLLATE ascii_bin';
const sha256 = 'CHAR(64) CHARACTER SET ascii COLLATE ascii_bin';
const address = 'VARCHAR(254) CHARACTER SET ascii COLLATE ascii_bin';
const suffix = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci';

/** People's e-mail addresses, each of one account, and the one-time links that verify them. */
export async function up(database: Knex): Promise<void> {
  await database.raw(
    `CREATE TABLE IF NOT EXISTS email_addresses (
       user_id ${id} NOT NULL PRIMARY KEY,
       address ${address} NOT NULL,
       verified_at DATETIME(3) NOT NULL,
       UNIQUE KEY email_addresses_address (address),
       CONSTRAINT email_addresses_user_fk FOREIGN KEY (user_id) REFERENCES users (id)
     ) ${suffix}`,
  );
  await database.raw(
    `CREATE TABLE IF NOT EXISTS email_verifications (
       token_hash ${sha256} NOT NULL PRIMARY KEY,
       user_id ${id} NOT NULL,
       address ${address} NOT NULL,
       created_at DATETIME(3) NOT NULL,
       expires_at DATETIME(3) NOT NULL,
       used_at DATETIME(3) NULL,
       KEY email_verifications_user (user_id, used_at),
       KEY email_verifications_expires (expires_at),
       CONSTRAINT email_verifications_user_fk FOREIGN KEY (user_id) REFERENCES users (id)
     ) ${suffix}`,
  );
}

export async function down(database: Knex): Promise<void> {
  await database.raw('DROP TABLE IF EXISTS email_verifications');
  await database.raw('DROP TABLE IF EXISTS email_addresses');
}
