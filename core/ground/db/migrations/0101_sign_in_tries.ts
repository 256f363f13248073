import type { Knex } from 'knex';

const id = 'CHAR(36) CHARACTER SET ascii COLLATE ascii_bin';

/** When, from where and by what somebody signed in to an account, or failed to. */
export async function up(database: Knex): Promise<void> {
  await database.raw(`CREATE TABLE IF NOT EXISTS sign_in_tries (
    id ${id} NOT NULL PRIMARY KEY,
    user_id ${id} NULL,
    at DATETIME(3) NOT NULL,
    address VARCHAR(45) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    user_agent VARCHAR(200) NOT NULL,
    succeeded BOOLEAN NOT NULL,
    KEY sign_in_tries_user (user_id, id),
    KEY sign_in_tries_at (at)
  ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`);
}

export async function down(database: Knex): Promise<void> {
  await database.raw('DROP TABLE IF EXISTS sign_in_tries');
}
