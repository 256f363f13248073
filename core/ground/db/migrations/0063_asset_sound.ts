import type { Knex } from 'knex';

const columns = {
  sound_codec: 'VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL',
  sound_rate: 'INT UNSIGNED NULL',
  sound_channels: 'TINYINT UNSIGNED NULL',
} as const;

/** The sound track of a film. Unknown for films that were stored before. */
export async function up(database: Knex): Promise<void> {
  // Each statement commits by itself: an interrupted migration continues after the last one.
  for (const [name, type] of Object.entries(columns))
    if (!(await database.schema.hasColumn('assets', name)))
      await database.raw(`ALTER TABLE assets ADD COLUMN ${name} ${type}`);
}

export async function down(database: Knex): Promise<void> {
  for (const name of Object.keys(columns))
    if (await database.schema.hasColumn('assets', name))
      await database.raw(`ALTER TABLE assets DROP COLUMN ${name}`);
}
