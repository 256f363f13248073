import type { Knex } from 'knex';

/** Of Discord servers the name that Explore shows their gallery under; null: it shows none. */
export async function up(database: Knex): Promise<void> {
  if (await database.schema.hasColumn('guild_policies', 'explore_name')) return;
  await database.raw(`ALTER TABLE guild_policies
    ADD explore_name VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
      GENERATED ALWAYS AS (IF(JSON_VALUE(policy, '$.galleryChannelId') IS NULL, NULL,
        JSON_VALUE(policy, '$.exploreName'))) VIRTUAL,
    ADD KEY guild_policies_explore (explore_name)`);
}
