import type { Knex } from 'knex';

const id = 'CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL';
const suffix = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin';

/** The words that people put on their pictures. */
export async function up(database: Knex): Promise<void> {
  await database.raw(`CREATE TABLE IF NOT EXISTS tags (
    id ${id} PRIMARY KEY,
    user_id ${id},
    name VARCHAR(50) NOT NULL,
    UNIQUE KEY tags_name (user_id, name),
    CONSTRAINT tags_user_fk FOREIGN KEY (user_id) REFERENCES users (id)
  ) ${suffix}`);
  await database.raw(`CREATE TABLE IF NOT EXISTS asset_tags (
    tag_id ${id},
    asset_id ${id},
    PRIMARY KEY (tag_id, asset_id),
    KEY asset_tags_asset (asset_id),
    CONSTRAINT asset_tags_tag_fk FOREIGN KEY (tag_id) REFERENCES tags (id) ON DELETE CASCADE,
    CONSTRAINT asset_tags_asset_fk FOREIGN KEY (asset_id) REFERENCES assets (id) ON DELETE CASCADE
  ) ${suffix}`);
}
