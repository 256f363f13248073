import type { Knex } from 'knex';

/** What people have filled in and not sent, by workflow. */
export async function up(database: Knex): Promise<void> {
  await database.raw(`CREATE TABLE IF NOT EXISTS drafts (
    user_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    workflow VARCHAR(63) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    draft TEXT NOT NULL,
    changed_at DATETIME(3) NOT NULL,
    PRIMARY KEY (user_id, workflow),
    CONSTRAINT drafts_user_fk FOREIGN KEY (user_id) REFERENCES users (id)
  ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`);
}
