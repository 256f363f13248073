import type { Knex } from 'knex';

const id = 'CHAR(36) CHARACTER SET ascii COLLATE ascii_bin';
const suffix = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci';

/** Tasks that an administrator moved to the front of the queue. A table of few rows: `tasks` is read by its indexes. */
export async function up(database: Knex): Promise<void> {
  await database.raw(
    `CREATE TABLE IF NOT EXISTS moved_tasks (
       task_id ${id} NOT NULL PRIMARY KEY,
       moved_at DATETIME(3) NOT NULL,
       CONSTRAINT moved_tasks_task_fk FOREIGN KEY (task_id) REFERENCES tasks (id) ON DELETE CASCADE
     ) ${suffix}`,
  );
}

export async function down(database: Knex): Promise<void> {
  await database.raw('DROP TABLE moved_tasks');
}
