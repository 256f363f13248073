import type { Knex } from 'knex';

/** What a result that is a text says, so that lists and messages show it without reading its object. */
export async function up(database: Knex): Promise<void> {
  if (!(await database.schema.hasColumn('assets', 'text')))
    await database.raw('ALTER TABLE assets ADD COLUMN text TEXT NULL');
}
