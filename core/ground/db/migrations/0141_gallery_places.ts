import type { Knex } from 'knex';

/**
 * A person's assets by their size, and collections in collections: of those in one place no two are called the same. No
 * foreign key leads to the parent, since the rows of a person go in any order when their account is erased.
 */
export async function up(database: Knex): Promise<void> {
  const hasKey = async (table: string, name: string): Promise<boolean> => {
    const [keys] = await database.raw('SHOW INDEX FROM ?? WHERE Key_name = ?', [table, name]);
    return keys.length > 0;
  };
  if (!(await hasKey('assets', 'assets_bytes')))
    await database.raw('ALTER TABLE assets ADD KEY assets_bytes (user_id, bytes)');
  if (!(await database.schema.hasColumn('collections', 'parent_id')))
    await database.raw(
      `ALTER TABLE collections
        ADD COLUMN parent_id VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL,
        ADD COLUMN is_outermost TINYINT AS (IF(parent_id IS NULL, 1, NULL)) VIRTUAL`,
    );
  if (!(await hasKey('collections', 'collections_outermost')))
    await database.raw(
      `ALTER TABLE collections ADD UNIQUE KEY collections_outermost (user_id, is_outermost, name),
        ADD UNIQUE KEY collections_inner (parent_id, name), DROP KEY collections_name`,
    );
}
