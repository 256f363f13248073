import type { Knex } from 'knex';

const id = 'CHAR(36) CHARACTER SET ascii COLLATE ascii_bin';

/** Links by which anybody sees an asset. They end with it. */
export async function up(database: Knex): Promise<void> {
  await database.raw(
    `CREATE TABLE IF NOT EXISTS asset_shares (
       id ${id} NOT NULL PRIMARY KEY,
       user_id ${id} NOT NULL,
       asset_id ${id} NOT NULL,
       token_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL UNIQUE,
       mime VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
       shows_prompt BOOLEAN NOT NULL,
       created_at DATETIME(3) NOT NULL,
       expires_at DATETIME(3) NOT NULL,
       KEY asset_shares_user (user_id, id),
       KEY asset_shares_asset (asset_id, id),
       KEY asset_shares_expires (expires_at),
       CONSTRAINT asset_shares_user_fk FOREIGN KEY (user_id) REFERENCES users (id),
       CONSTRAINT asset_shares_asset_fk FOREIGN KEY (asset_id) REFERENCES assets (id) ON DELETE CASCADE
     ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`,
  );
}

export async function down(database: Knex): Promise<void> {
  await database.raw('DROP TABLE asset_shares');
}
