import type { Knex } from 'knex';

const columns = {
  scopes: 'VARCHAR(200) CHARACTER SET ascii COLLATE ascii_bin NULL',
  expires_at: 'DATETIME(3) NULL',
  networks: 'VARCHAR(2000) CHARACTER SET ascii COLLATE ascii_bin NULL',
} as const;

/** What a key is limited to; keys from before are not limited. */
export async function up(database: Knex): Promise<void> {
  // Each statement commits by itself: an interrupted migration continues after the last one.
  for (const [name, type] of Object.entries(columns))
    if (!(await database.schema.hasColumn('api_keys', name)))
      await database.raw(`ALTER TABLE api_keys ADD COLUMN ${name} ${type}`);
}

export async function down(database: Knex): Promise<void> {
  for (const name of Object.keys(columns)) await database.raw(`ALTER TABLE api_keys DROP COLUMN ${name}`);
}
