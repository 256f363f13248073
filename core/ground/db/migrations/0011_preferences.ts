import type { Knex } from 'knex';

/** The defaults that people set for their requests. Old processes read none of it. */
export async function up(database: Knex): Promise<void> {
  await database.raw(
    `CREATE TABLE IF NOT EXISTS preferences (
       user_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
       preferences JSON NOT NULL,
       updated_at DATETIME(3) NOT NULL,
       CONSTRAINT preferences_user_fk FOREIGN KEY (user_id) REFERENCES users (id)
     ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`,
  );
}

export async function down(database: Knex): Promise<void> {
  await database.raw('DROP TABLE preferences');
}
