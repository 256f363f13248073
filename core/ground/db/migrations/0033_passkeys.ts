import type { Knex } from 'knex';

const id = 'CHAR(36) CHARACTER SET ascii COLLATE ascii_bin';
const hash = 'CHAR(64) CHARACTER SET ascii COLLATE ascii_bin';
const suffix = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci';

/** Passkeys, and the challenges that their answers are for. */
export async function up(database: Knex): Promise<void> {
  await database.raw(`CREATE TABLE IF NOT EXISTS passkeys (
    id ${id} NOT NULL PRIMARY KEY,
    user_id ${id} NOT NULL,
    credential_id VARCHAR(1400) CHARACTER SET ascii COLLATE ascii_bin NOT NULL UNIQUE,
    public_key VARCHAR(3000) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    counter BIGINT NOT NULL,
    name VARCHAR(64) NOT NULL,
    created_at DATETIME(3) NOT NULL,
    used_at DATETIME(3) NULL,
    KEY passkeys_user (user_id)
  ) ${suffix}`);
  await database.raw(`CREATE TABLE IF NOT EXISTS passkey_challenges (
    challenge_hash ${hash} NOT NULL PRIMARY KEY,
    purpose VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    user_id ${id} NULL,
    created_at DATETIME(3) NOT NULL,
    expires_at DATETIME(3) NOT NULL,
    used_at DATETIME(3) NULL,
    KEY passkey_challenges_user (user_id),
    KEY passkey_challenges_expiry (expires_at)
  ) ${suffix}`);
}

export async function down(database: Knex): Promise<void> {
  await database.raw('DROP TABLE IF EXISTS passkey_challenges');
  await database.raw('DROP TABLE IF EXISTS passkeys');
}
