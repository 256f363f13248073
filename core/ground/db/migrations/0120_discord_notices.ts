import type { Knex } from 'knex';

const id = 'CHAR(36) CHARACTER SET ascii COLLATE ascii_bin';

/** Messages about changes to accounts that wait for the bot. */
export async function up(database: Knex): Promise<void> {
  await database.raw(`CREATE TABLE IF NOT EXISTS discord_notices (
    id ${id} NOT NULL PRIMARY KEY,
    user_id ${id} NOT NULL,
    subject VARCHAR(255) NOT NULL,
    locale VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    \`change\` VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    device VARCHAR(200) NULL,
    address VARCHAR(45) CHARACTER SET ascii COLLATE ascii_bin NULL,
    at DATETIME(3) NOT NULL,
    due_at DATETIME(3) NOT NULL,
    tries INT UNSIGNED NOT NULL DEFAULT 0,
    KEY discord_notices_user (user_id),
    KEY discord_notices_due (due_at),
    KEY discord_notices_at (at)
  ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`);
}
