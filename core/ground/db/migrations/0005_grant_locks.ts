import type { Knex } from 'knex';

const id = 'CHAR(36) CHARACTER SET ascii COLLATE ascii_bin';

/**
 * Grants that cannot be given away yet, with the rest of each, and the cost of a cancel after the start. Processes of
 * the previous version know neither: after their settlements, locks are larger than necessary until they age.
 */
export async function up(database: Knex): Promise<void> {
  await database.raw(
    `CREATE TABLE IF NOT EXISTS grant_locks (
      id ${id} NOT NULL PRIMARY KEY,
      user_id ${id} NOT NULL,
      remaining BIGINT NOT NULL,
      unlocks_at DATETIME(3) NOT NULL,
      KEY grant_locks_user (user_id, unlocks_at),
      CONSTRAINT grant_locks_remaining_positive CHECK (remaining > 0),
      CONSTRAINT grant_locks_user_fk FOREIGN KEY (user_id) REFERENCES users (id)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`,
  );
  if (!(await database.schema.hasColumn('tasks', 'cancel_charge')))
    await database.raw('ALTER TABLE tasks ADD COLUMN cancel_charge BIGINT NOT NULL DEFAULT 0');
}

export async function down(database: Knex): Promise<void> {
  await database.raw('ALTER TABLE tasks DROP COLUMN cancel_charge');
  await database.raw('DROP TABLE grant_locks');
}
