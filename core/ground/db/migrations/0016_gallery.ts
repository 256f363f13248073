import type { Knex } from 'knex';

const id = 'CHAR(36) CHARACTER SET ascii COLLATE ascii_bin';
const snowflake = 'VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin';
const suffix = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci';

/**
 * Stars that members of a Discord server give to results, and the state of results that had enough. `work_at` is the
 * time of the next step in Discord; null: none. An entry outlives its asset, because its message must be removed too.
 */
export async function up(database: Knex): Promise<void> {
  await database.raw(
    `CREATE TABLE IF NOT EXISTS stars (
       guild_id ${snowflake} NOT NULL,
       asset_id ${id} NOT NULL,
       user_id ${id} NOT NULL,
       created_at DATETIME(3) NOT NULL,
       PRIMARY KEY (guild_id, asset_id, user_id),
       KEY stars_asset (asset_id),
       KEY stars_user (user_id),
       CONSTRAINT stars_asset_fk FOREIGN KEY (asset_id) REFERENCES assets (id) ON DELETE CASCADE
     ) ${suffix}`,
  );
  await database.raw(
    `CREATE TABLE IF NOT EXISTS gallery_entries (
       id ${id} NOT NULL PRIMARY KEY,
       guild_id ${snowflake} NOT NULL,
       asset_id ${id} NOT NULL,
       task_id ${id} NOT NULL,
       state VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
       age_restricted BOOLEAN NOT NULL DEFAULT FALSE,
       source_channel_id ${snowflake} NOT NULL,
       source_message_id ${snowflake} NOT NULL,
       claim INT NOT NULL DEFAULT 0,
       first_claimed_at DATETIME(3) NULL,
       work_at DATETIME(3) NULL,
       channel_id ${snowflake} NULL,
       message_id ${snowflake} NULL,
       created_at DATETIME(3) NOT NULL,
       UNIQUE KEY gallery_entries_asset (asset_id, guild_id),
       KEY gallery_entries_work (work_at),
       KEY gallery_entries_created (created_at, id)
     ) ${suffix}`,
  );
  const [rows] = (await database.raw('SHOW INDEX FROM assets')) as [{ Key_name: string }[]];
  if (!rows.some(({ Key_name }) => Key_name === 'assets_quarantined'))
    await database.raw('ALTER TABLE assets ADD KEY assets_quarantined (quarantined_at)');
}

export async function down(database: Knex): Promise<void> {
  await database.raw('DROP TABLE stars');
  await database.raw('DROP TABLE gallery_entries');
  await database.raw('ALTER TABLE assets DROP KEY assets_quarantined');
}
