import type { Knex } from 'knex';

/** Frames per second as a film's file says, since its length with its sound is no measure of them. */
export async function up(database: Knex): Promise<void> {
  if (!(await database.schema.hasColumn('assets', 'fps')))
    await database.raw('ALTER TABLE assets ADD COLUMN fps DOUBLE NULL');
}
