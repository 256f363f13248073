import type { Knex } from 'knex';

const quotas = {
  tasks_per_day: 'INT NULL',
  gpu_seconds_per_day: 'INT NULL',
  workflows: 'JSON NULL',
  models: 'JSON NULL',
} as const;

/** What people of a role, and single people, may have a day and use; and what each person had on a day. */
export async function up(database: Knex): Promise<void> {
  // Each statement commits by itself: an interrupted migration continues after the last one.
  for (const [name, type] of Object.entries(quotas))
    if (!(await database.schema.hasColumn('role_policies', name)))
      await database.raw(`ALTER TABLE role_policies ADD COLUMN ${name} ${type}`);
  await database.raw(`CREATE TABLE IF NOT EXISTS person_policies (
    user_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    version INT NOT NULL,
    open_tasks INT NULL,
    simultaneous_tasks INT NULL,
    ${Object.entries(quotas)
      .map(([name, type]) => `${name} ${type}`)
      .join(', ')},
    changed_at DATETIME(3) NOT NULL
  ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`);
  await database.raw(`CREATE TABLE IF NOT EXISTS person_days (
    user_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    day DATE NOT NULL,
    tasks INT UNSIGNED NOT NULL,
    gpu_ms BIGINT UNSIGNED NOT NULL,
    PRIMARY KEY (user_id, day),
    KEY person_days_day (day)
  ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`);
}

export async function down(database: Knex): Promise<void> {
  await database.raw('DROP TABLE IF EXISTS person_days');
  await database.raw('DROP TABLE IF EXISTS person_policies');
  for (const name of Object.keys(quotas))
    if (await database.schema.hasColumn('role_policies', name))
      await database.raw(`ALTER TABLE role_policies DROP COLUMN ${name}`);
}
