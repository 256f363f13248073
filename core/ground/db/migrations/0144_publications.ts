import type { Knex } from 'knex';

const id = 'CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL';
const suffix = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin';

/** What people show to everybody here, and who likes it. */
export async function up(database: Knex): Promise<void> {
  await database.raw(`CREATE TABLE IF NOT EXISTS publications (
    id ${id} PRIMARY KEY,
    user_id ${id},
    asset_id ${id},
    style VARCHAR(64) NULL,
    likes INT NOT NULL DEFAULT 0,
    created_at DATETIME(3) NOT NULL,
    UNIQUE KEY publications_asset (asset_id),
    KEY publications_user (user_id, id),
    KEY publications_style (style, id),
    CONSTRAINT publications_user_fk FOREIGN KEY (user_id) REFERENCES users (id),
    CONSTRAINT publications_asset_fk FOREIGN KEY (asset_id) REFERENCES assets (id) ON DELETE CASCADE
  ) ${suffix}`);
  await database.raw(`CREATE TABLE IF NOT EXISTS publication_likes (
    publication_id ${id},
    user_id ${id},
    PRIMARY KEY (publication_id, user_id),
    KEY publication_likes_user (user_id),
    CONSTRAINT publication_likes_fk FOREIGN KEY (publication_id) REFERENCES publications (id) ON DELETE CASCADE,
    CONSTRAINT publication_likes_user_fk FOREIGN KEY (user_id) REFERENCES users (id)
  ) ${suffix}`);
}
