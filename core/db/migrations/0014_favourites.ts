import type { Knex } from 'knex';

/**
 * Results that their owners keep. An asset has one owner, so that a column of its own says all there is to know. A
 * migration that was cut off is run again: what is there stays.
 */
export async function up(database: Knex): Promise<void> {
  if (!(await database.schema.hasColumn('assets', 'favourite')))
    await database.raw(
      `ALTER TABLE assets
         ADD COLUMN favourite BOOLEAN NOT NULL DEFAULT FALSE,
         ADD KEY assets_favourites (user_id, favourite, id)`,
    );
}

export async function down(database: Knex): Promise<void> {
  await database.raw('ALTER TABLE assets DROP KEY assets_favourites, DROP COLUMN favourite');
}
