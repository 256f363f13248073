import type { Knex } from 'knex';

const columns = {
  restorable_until: 'DATETIME(3) NULL',
  was_favourite: 'BOOLEAN NOT NULL DEFAULT FALSE',
} as const;

/** Until when a person may take the deletion of an asset back, and what it was before. Nobody may for earlier ones. */
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
