import type { Knex } from 'knex';

/** The key or the session that a link ends with. Links that exist are their person's. */
export async function up(database: Knex): Promise<void> {
  if (!(await database.schema.hasColumn('asset_shares', 'made_by')))
    await database.raw(
      `ALTER TABLE asset_shares
         ADD COLUMN made_by VARCHAR(48) CHARACTER SET ascii COLLATE ascii_bin NULL,
         ADD KEY asset_shares_maker (made_by)`,
    );
}

export async function down(database: Knex): Promise<void> {
  if (await database.schema.hasColumn('asset_shares', 'made_by'))
    await database.raw('ALTER TABLE asset_shares DROP KEY asset_shares_maker, DROP COLUMN made_by');
}
