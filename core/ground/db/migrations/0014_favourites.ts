import type { Knex } from 'knex';

/**
 * Results that their owners keep. An asset has one owner, so a column is enough. An interrupted migration is run
 * again and keeps what exists.
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
