import type { Knex } from 'knex';

const id = 'CHAR(36) CHARACTER SET ascii COLLATE ascii_bin';

/** Accounts that were deleted, and how far that is: see `core/desk/retention`. */
export async function up(database: Knex): Promise<void> {
  await database.raw(`CREATE TABLE IF NOT EXISTS erasures (
    user_id ${id} NOT NULL PRIMARY KEY,
    state VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    asked_at DATETIME(3) NOT NULL,
    done_at DATETIME(3) NULL,
    KEY erasures_state (state, asked_at)
  ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`);
  // To find and lock the administrators alone.
  const [rows] = (await database.raw("SHOW INDEX FROM users WHERE Key_name = 'users_role'")) as [object[]];
  if (rows.length === 0) await database.raw('ALTER TABLE users ADD KEY users_role (role, disabled_at, id)');
}

export async function down(database: Knex): Promise<void> {
  await database.raw('ALTER TABLE users DROP KEY users_role');
  await database.raw('DROP TABLE IF EXISTS erasures');
}
