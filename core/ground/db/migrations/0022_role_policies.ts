import type { Knex } from 'knex';

/** What people of each role may have of the pool. The last version of a role holds; a role without one has the defaults. */
export async function up(database: Knex): Promise<void> {
  await database.raw(`CREATE TABLE IF NOT EXISTS role_policies (
    role VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    version INT NOT NULL,
    weight DOUBLE NOT NULL,
    open_tasks INT NULL,
    simultaneous_tasks INT NULL,
    created_at DATETIME(3) NOT NULL,
    PRIMARY KEY (role, version)
  ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`);
}

export async function down(database: Knex): Promise<void> {
  await database.raw('DROP TABLE IF EXISTS role_policies');
}
