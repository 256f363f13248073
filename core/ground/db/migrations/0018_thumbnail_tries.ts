import type { Knex } from 'knex';

/**
 * How often a thumbnail was tried; null: it was given up. The default is for old processes, which do not know the
 * column, and for outputs whose thumbnail was lost before: all of them are tried. The key finds them.
 */
export async function up(database: Knex): Promise<void> {
  if (await database.schema.hasColumn('assets', 'thumbnail_tries')) return;
  await database.raw(
    `ALTER TABLE assets ADD COLUMN thumbnail_tries TINYINT UNSIGNED NULL DEFAULT 0,
       DROP KEY assets_thumbnail, ADD KEY assets_thumbnail (thumbnail_key, thumbnail_tries)`,
  );
}

export async function down(database: Knex): Promise<void> {
  await database.raw(
    `ALTER TABLE assets DROP KEY assets_thumbnail, ADD KEY assets_thumbnail (thumbnail_key),
       DROP COLUMN thumbnail_tries`,
  );
}
