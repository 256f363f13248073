import type { Knex } from 'knex';

const id = 'CHAR(36) CHARACTER SET ascii COLLATE ascii_bin';
const sha256 = 'CHAR(64) CHARACTER SET ascii COLLATE ascii_bin';
const suffix = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci';

/** One-time links by which a person sets a new password without the old one. */
export async function up(database: Knex): Promise<void> {
  await database.raw(
    `CREATE TABLE IF NOT EXISTS password_resets (
       token_hash ${sha256} NOT NULL PRIMARY KEY,
       user_id ${id} NOT NULL,
       created_at DATETIME(3) NOT NULL,
       expires_at DATETIME(3) NOT NULL,
       used_at DATETIME(3) NULL,
       KEY password_resets_user (user_id, used_at),
       KEY password_resets_expires (expires_at),
       CONSTRAINT password_resets_user_fk FOREIGN KEY (user_id) REFERENCES users (id)
     ) ${suffix}`,
  );
}

export async function down(database: Knex): Promise<void> {
  await database.raw('DROP TABLE password_resets');
}
