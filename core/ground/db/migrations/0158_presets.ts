import type { Knex } from 'knex';

const id = 'CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL';

/** Settings of the form that people keep under a name. */
export async function up(database: Knex): Promise<void> {
  await database.raw(`CREATE TABLE IF NOT EXISTS presets (
    id ${id} PRIMARY KEY,
    user_id ${id},
    workflow VARCHAR(63) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    name VARCHAR(60) NOT NULL,
    draft TEXT NOT NULL,
    UNIQUE KEY presets_name (user_id, workflow, name),
    CONSTRAINT presets_user_fk FOREIGN KEY (user_id) REFERENCES users (id)
  ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`);
}
