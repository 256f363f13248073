import type { Knex } from 'knex';

const id = 'CHAR(36) CHARACTER SET ascii COLLATE ascii_bin';
const suffix = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci';

/** Assets that their owners put together. Names are compared letter by letter: some orders take any two emoji for one. */
export async function up(database: Knex): Promise<void> {
  await database.raw(
    `CREATE TABLE IF NOT EXISTS collections (
       id ${id} NOT NULL PRIMARY KEY,
       user_id ${id} NOT NULL,
       name VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
       version INT NOT NULL DEFAULT 1,
       created_at DATETIME(3) NOT NULL,
       KEY collections_user (user_id, id),
       UNIQUE KEY collections_name (user_id, name),
       CONSTRAINT collections_user_fk FOREIGN KEY (user_id) REFERENCES users (id)
     ) ${suffix}`,
  );
  await database.raw(
    `CREATE TABLE IF NOT EXISTS collection_assets (
       collection_id ${id} NOT NULL,
       asset_id ${id} NOT NULL,
       PRIMARY KEY (collection_id, asset_id),
       KEY collection_assets_asset (asset_id),
       CONSTRAINT collection_assets_collection_fk FOREIGN KEY (collection_id) REFERENCES collections (id) ON DELETE CASCADE,
       CONSTRAINT collection_assets_asset_fk FOREIGN KEY (asset_id) REFERENCES assets (id) ON DELETE CASCADE
     ) ${suffix}`,
  );
}

export async function down(database: Knex): Promise<void> {
  await database.raw('DROP TABLE IF EXISTS collection_assets');
  await database.raw('DROP TABLE IF EXISTS collections');
}
