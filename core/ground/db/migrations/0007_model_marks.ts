import type { Knex } from 'knex';

/**
 * Model files that do not run on a backend, and the message of the node that failed an attempt. Old processes read
 * neither.
 */
export async function up(database: Knex): Promise<void> {
  // Each statement commits by itself: an interrupted migration continues after the last one.
  if (!(await database.schema.hasColumn('attempts', 'failure')))
    await database.raw('ALTER TABLE attempts ADD COLUMN failure JSON NULL');
  await database.raw(
    `CREATE TABLE IF NOT EXISTS model_marks (
       backend_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
       models_key CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
       models JSON NOT NULL,
       reason VARCHAR(500) NOT NULL,
       inventory_digest CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
       task_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
       strikes INT NOT NULL,
       created_at DATETIME(3) NOT NULL,
       until_at DATETIME(3) NOT NULL,
       PRIMARY KEY (backend_id, models_key),
       KEY model_marks_until (until_at),
       CONSTRAINT model_marks_backend_fk FOREIGN KEY (backend_id) REFERENCES backends (id) ON DELETE CASCADE
     ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`,
  );
}

export async function down(database: Knex): Promise<void> {
  await database.raw('DROP TABLE model_marks');
  await database.raw('ALTER TABLE attempts DROP COLUMN failure');
}
