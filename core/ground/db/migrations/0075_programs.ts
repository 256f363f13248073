import type { Knex } from 'knex';

const sha256 = 'CHAR(64) CHARACTER SET ascii COLLATE ascii_bin';
const keyId = 'CHAR(8) CHARACTER SET ascii COLLATE ascii_bin';
const address = 'VARCHAR(500) CHARACTER SET ascii COLLATE ascii_bin';
const suffix = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci';

/** Programs that a person lets in by OAuth: each has a key of the kind `program`, and tokens in place of its secret. */
export async function up(database: Knex): Promise<void> {
  // Each statement commits by itself: an interrupted migration continues after the last one.
  if (!(await database.schema.hasColumn('api_keys', 'client_id')))
    await database.raw(`ALTER TABLE api_keys ADD COLUMN client_id ${address} NULL`);
  await database.raw(`CREATE TABLE IF NOT EXISTS program_codes (
    code_hash ${sha256} NOT NULL PRIMARY KEY,
    user_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    client_id ${address} NOT NULL,
    client_name VARCHAR(64) NOT NULL,
    redirect_uri ${address} NOT NULL,
    challenge CHAR(43) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    resource ${address} NOT NULL,
    scopes VARCHAR(200) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    credits_per_day INT UNSIGNED NULL,
    service_key_id ${keyId} NULL,
    created_at DATETIME(3) NOT NULL,
    expires_at DATETIME(3) NOT NULL,
    used_at DATETIME(3) NULL,
    api_key_id ${keyId} NULL,
    KEY program_codes_user (user_id),
    KEY program_codes_expiry (expires_at)
  ) ${suffix}`);
  await database.raw(`CREATE TABLE IF NOT EXISTS program_tokens (
    token_hash ${sha256} NOT NULL PRIMARY KEY,
    api_key_id ${keyId} NOT NULL,
    created_at DATETIME(3) NOT NULL,
    used_at DATETIME(3) NULL,
    successor VARCHAR(200) CHARACTER SET ascii COLLATE ascii_bin NULL,
    KEY program_tokens_key (api_key_id),
    KEY program_tokens_created (created_at),
    CONSTRAINT program_tokens_key_fk FOREIGN KEY (api_key_id) REFERENCES api_keys (id) ON DELETE CASCADE
  ) ${suffix}`);
}

export async function down(database: Knex): Promise<void> {
  await database.raw('DROP TABLE IF EXISTS program_tokens');
  await database.raw('DROP TABLE IF EXISTS program_codes');
  if (!(await database.schema.hasColumn('api_keys', 'client_id'))) return;
  // The older release knows no such keys.
  await database.raw(`DELETE FROM api_keys WHERE kind = 'program'`);
  await database.raw('ALTER TABLE api_keys DROP COLUMN client_id');
}
