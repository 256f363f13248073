import type { Knex } from 'knex';

/** The daily credits of each role; NULL: as the settings say. */
export async function up(database: Knex): Promise<void> {
  if (!(await database.schema.hasColumn('role_policies', 'daily_grant')))
    await database.raw('ALTER TABLE role_policies ADD COLUMN daily_grant BIGINT NULL');
}

export async function down(database: Knex): Promise<void> {
  await database.raw('ALTER TABLE role_policies DROP COLUMN daily_grant');
}
