import type { Knex } from 'knex';

/** How loud each part of a sound is, so that every place can draw it without fetching the file. */
export async function up(database: Knex): Promise<void> {
  if (!(await database.schema.hasColumn('assets', 'waveform')))
    await database.raw('ALTER TABLE assets ADD COLUMN waveform VARCHAR(344) CHARACTER SET ascii NULL');
}
