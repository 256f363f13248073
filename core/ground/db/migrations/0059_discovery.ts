import type { Knex } from 'knex';

const columns = {
  discovered_by: 'VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NULL',
  missing_since: 'DATETIME(3) NULL',
} as const;
const index = 'backends_discovered';

/** What found a backend, and since when it no longer finds it: see `core/work/dispatch/discovery`. */
export async function up(database: Knex): Promise<void> {
  // Each statement commits by itself: an interrupted migration continues after the last one.
  for (const [name, type] of Object.entries(columns))
    if (!(await database.schema.hasColumn('backends', name)))
      await database.raw(`ALTER TABLE backends ADD COLUMN ${name} ${type}`);
  if (!(await hasIndex(database)))
    await database.raw(`ALTER TABLE backends ADD KEY ${index} (discovered_by)`);
}

export async function down(database: Knex): Promise<void> {
  if (await hasIndex(database)) await database.raw(`ALTER TABLE backends DROP KEY ${index}`);
  for (const name of Object.keys(columns))
    if (await database.schema.hasColumn('backends', name))
      await database.raw(`ALTER TABLE backends DROP COLUMN ${name}`);
}

const hasIndex = async (database: Knex): Promise<boolean> =>
  (await database('information_schema.statistics')
    .where({ index_name: index })
    .whereRaw('table_schema = DATABASE()')
    .first()) !== undefined;
