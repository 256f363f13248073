import type { Knex } from 'knex';

/** What the files on the machine of a GPU server say of themselves. */
export async function up(database: Knex): Promise<void> {
  if (!(await database.schema.hasColumn('pool_agents', 'architectures')))
    await database.raw('ALTER TABLE pool_agents ADD COLUMN architectures MEDIUMTEXT NULL');
}
