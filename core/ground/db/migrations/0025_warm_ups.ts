import type { Knex } from 'knex';

const id = 'CHAR(36) CHARACTER SET ascii COLLATE ascii_bin';
const suffix = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci';

/** The warm-up of a backend that waits or runs, or its last one. The primary key allows one at a time. */
export async function up(database: Knex): Promise<void> {
  await database.raw(
    `CREATE TABLE IF NOT EXISTS warm_ups (
       backend_id ${id} NOT NULL PRIMARY KEY,
       request_id ${id} NOT NULL,
       state VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
       since DATETIME(3) NOT NULL,
       workflow_name VARCHAR(100) NOT NULL,
       workflow_version INT NOT NULL,
       params JSON NOT NULL,
       models JSON NOT NULL,
       prompt_id ${id} NULL,
       lost INT NOT NULL DEFAULT 0,
       fault VARCHAR(500) NULL
     ) ${suffix}`,
  );
}

export async function down(database: Knex): Promise<void> {
  await database.raw('DROP TABLE warm_ups');
}
