import type { Knex } from 'knex';

const id = 'CHAR(36) CHARACTER SET ascii COLLATE ascii_bin';

/** What moderators and administrators noted about people. Notes are only added. */
export async function up(database: Knex): Promise<void> {
  await database.raw(`CREATE TABLE IF NOT EXISTS person_notes (
    id ${id} NOT NULL PRIMARY KEY,
    user_id ${id} NOT NULL,
    author_id ${id} NOT NULL,
    note_key VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    text VARCHAR(2000) NOT NULL,
    created_at DATETIME(3) NOT NULL,
    UNIQUE KEY person_notes_key (author_id, note_key),
    KEY person_notes_user (user_id, id)
  ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`);
}

export async function down(database: Knex): Promise<void> {
  await database.raw('DROP TABLE IF EXISTS person_notes');
}
