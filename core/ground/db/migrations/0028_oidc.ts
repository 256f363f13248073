import type { Knex } from 'knex';

const id = 'CHAR(36) CHARACTER SET ascii COLLATE ascii_bin';
const sha256 = 'CHAR(64) CHARACTER SET ascii COLLATE ascii_bin';
const word = 'VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin';
const long = 'VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin';
const suffix = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci';

/**
 * Sign-in by OpenID Connect: an issuer is a provider, and has longer names than Discord. `given_role` is what the
 * provider's groups gave at the last sign-in. An identity code links an identity that has no account.
 */
export async function up(database: Knex): Promise<void> {
  // Each statement commits by itself: an interrupted migration continues after the last one.
  await database.raw(
    `ALTER TABLE identities MODIFY provider ${long} NOT NULL, MODIFY subject ${long} NOT NULL`,
  );
  if (!(await database.schema.hasColumn('identities', 'display_name')))
    await database.raw('ALTER TABLE identities ADD COLUMN display_name VARCHAR(100) NULL');
  if (!(await database.schema.hasColumn('identities', 'given_role')))
    await database.raw(`ALTER TABLE identities ADD COLUMN given_role ${word} NULL`);
  if (!(await database.schema.hasColumn('link_codes', 'by_provider')))
    await database.raw('ALTER TABLE link_codes ADD COLUMN by_provider BOOLEAN NOT NULL DEFAULT FALSE');
  // To count the administrators, of whom the last one with a password stays.
  if (!(await hasIndex(database, 'users_role')))
    await database.raw('ALTER TABLE users ADD KEY users_role (role)');
  await database.raw(
    `CREATE TABLE IF NOT EXISTS identity_codes (
       code_hash ${sha256} NOT NULL PRIMARY KEY,
       provider ${long} NOT NULL,
       subject ${long} NOT NULL,
       display_name VARCHAR(100) NULL,
       created_at DATETIME(3) NOT NULL,
       expires_at DATETIME(3) NOT NULL,
       used_at DATETIME(3) NULL,
       used_by ${id} NULL,
       KEY identity_codes_expires (expires_at)
     ) ${suffix}`,
  );
}

async function hasIndex(database: Knex, name: string): Promise<boolean> {
  const [rows] = (await database.raw('SHOW INDEX FROM users')) as [{ Key_name: string }[]];
  return rows.some(({ Key_name }) => Key_name === name);
}

/** Identities with a long name are forgotten: the older release knows none. */
export async function down(database: Knex): Promise<void> {
  await database.raw('DROP TABLE identity_codes');
  await database.raw('ALTER TABLE link_codes DROP COLUMN by_provider');
  await database.raw('ALTER TABLE users DROP KEY users_role');
  await database.raw("DELETE FROM identities WHERE provider LIKE 'http%'");
  await database.raw(
    `ALTER TABLE identities DROP COLUMN given_role, DROP COLUMN display_name, MODIFY provider ${word} NOT NULL,
     MODIFY subject VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL`,
  );
}
