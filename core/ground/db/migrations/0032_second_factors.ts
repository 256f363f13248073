import type { Knex } from 'knex';

const id = 'CHAR(36) CHARACTER SET ascii COLLATE ascii_bin';
const hash = 'CHAR(64) CHARACTER SET ascii COLLATE ascii_bin';
const suffix = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci';

/** Second factors of sign-ins: codes of an app, recovery codes, and the tickets between the two steps. */
export async function up(database: Knex): Promise<void> {
  // Each statement commits by itself: an interrupted migration continues after the last one.
  if (!(await database.schema.hasColumn('users', 'second_factor_since')))
    await database.raw('ALTER TABLE users ADD COLUMN second_factor_since DATETIME(3) NULL');
  await database.raw(`CREATE TABLE IF NOT EXISTS totp_factors (
    user_id ${id} NOT NULL PRIMARY KEY,
    secret VARCHAR(500) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    last_step BIGINT NOT NULL DEFAULT -1,
    tries INT NOT NULL DEFAULT 0,
    tries_since DATETIME(3) NULL,
    created_at DATETIME(3) NOT NULL,
    confirmed_at DATETIME(3) NULL
  ) ${suffix}`);
  await database.raw(`CREATE TABLE IF NOT EXISTS recovery_codes (
    code_hash ${hash} NOT NULL PRIMARY KEY,
    user_id ${id} NOT NULL,
    created_at DATETIME(3) NOT NULL,
    used_at DATETIME(3) NULL,
    KEY recovery_codes_user (user_id)
  ) ${suffix}`);
  await database.raw(`CREATE TABLE IF NOT EXISTS sign_in_tickets (
    ticket_hash ${hash} NOT NULL PRIMARY KEY,
    user_id ${id} NOT NULL,
    tries INT NOT NULL DEFAULT 0,
    created_at DATETIME(3) NOT NULL,
    expires_at DATETIME(3) NOT NULL,
    used_at DATETIME(3) NULL,
    KEY sign_in_tickets_user (user_id),
    KEY sign_in_tickets_expiry (expires_at)
  ) ${suffix}`);
}

export async function down(database: Knex): Promise<void> {
  for (const table of ['sign_in_tickets', 'recovery_codes', 'totp_factors'])
    await database.raw(`DROP TABLE IF EXISTS ${table}`);
  await database.raw('ALTER TABLE users DROP COLUMN second_factor_since');
}
