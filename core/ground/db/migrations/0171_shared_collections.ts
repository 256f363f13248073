import type { Knex } from 'knex';

const id = 'CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL';
const ascii = (length: number) => `CHAR(${length}) CHARACTER SET ascii COLLATE ascii_bin NOT NULL`;
const suffix = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin';

/** Who looks at somebody else's collection or puts pictures into it, and the links by which they come to it. */
export async function up(database: Knex): Promise<void> {
  if (!(await database.schema.hasColumn('collections', 'shows_prompts')))
    await database.raw('ALTER TABLE collections ADD shows_prompts BOOLEAN NOT NULL DEFAULT FALSE');
  await database.raw(`CREATE TABLE IF NOT EXISTS collection_members (
    collection_id ${id},
    user_id ${id},
    role ${ascii(4)},
    shows_prompts BOOLEAN NOT NULL DEFAULT FALSE,
    joined_at DATETIME(3) NOT NULL,
    PRIMARY KEY (collection_id, user_id),
    KEY collection_members_user (user_id, collection_id),
    CONSTRAINT collection_members_fk FOREIGN KEY (collection_id) REFERENCES collections (id) ON DELETE CASCADE,
    CONSTRAINT collection_members_user_fk FOREIGN KEY (user_id) REFERENCES users (id)
  ) ${suffix}`);
  await database.raw(`CREATE TABLE IF NOT EXISTS collection_links (
    id ${id} PRIMARY KEY,
    collection_id ${id},
    token_hash ${ascii(64)},
    role ${ascii(4)},
    uses INT UNSIGNED NOT NULL,
    used INT UNSIGNED NOT NULL DEFAULT 0,
    created_at DATETIME(3) NOT NULL,
    expires_at DATETIME(3) NOT NULL,
    UNIQUE KEY collection_links_token (token_hash),
    KEY collection_links_collection (collection_id, id),
    KEY collection_links_expiry (expires_at),
    CONSTRAINT collection_links_fk FOREIGN KEY (collection_id) REFERENCES collections (id) ON DELETE CASCADE
  ) ${suffix}`);
}
