import type { Knex } from 'knex';

const id = 'CHAR(36) CHARACTER SET ascii COLLATE ascii_bin';
const suffix = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin';

/** What people think of publications beside each other. */
export async function up(database: Knex): Promise<void> {
  const [entries] = await database.raw(
    "SHOW INDEX FROM gallery_entries WHERE Key_name = 'gallery_entries_guild'",
  );
  if (entries.length === 0)
    await database.raw('ALTER TABLE gallery_entries ADD KEY gallery_entries_guild (guild_id, state, id)');
  if (!(await database.schema.hasColumn('publications', 'rating')))
    await database.raw(`ALTER TABLE publications
      ADD rating INT NOT NULL DEFAULT 1500,
      ADD comparisons INT NOT NULL DEFAULT 0,
      ADD KEY publications_rating (rating, id),
      ADD KEY publications_user_rating (user_id, rating, id),
      ADD KEY publications_style_rating (style, rating, id),
      ADD KEY publications_comparisons (comparisons, id)`);
  await database.raw(`CREATE TABLE IF NOT EXISTS publication_pairs (
    id ${id} NOT NULL PRIMARY KEY,
    user_id ${id} NOT NULL,
    first_id ${id} NOT NULL,
    second_id ${id} NOT NULL,
    guild_id VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NULL,
    better_id ${id} NULL,
    created_at DATETIME(3) NOT NULL,
    answered_at DATETIME(3) NULL,
    UNIQUE KEY publication_pairs_once (user_id, first_id, second_id),
    KEY publication_pairs_created (created_at),
    KEY publication_pairs_day (user_id, created_at),
    KEY publication_pairs_first (first_id),
    KEY publication_pairs_second (second_id),
    CONSTRAINT publication_pairs_user_fk FOREIGN KEY (user_id) REFERENCES users (id),
    CONSTRAINT publication_pairs_first_fk FOREIGN KEY (first_id) REFERENCES publications (id) ON DELETE CASCADE,
    CONSTRAINT publication_pairs_second_fk FOREIGN KEY (second_id) REFERENCES publications (id) ON DELETE CASCADE
  ) ${suffix}`);
}
