import type { Knex } from 'knex';

/** Each statement commits by itself: an interrupted migration continues after the last one. */
const tables = ['sessions', 'api_keys', 'link_codes', 'webhooks'] as const;

/**
 * The service key that a credential came through, so that it ends with the key, and the answer for a refresh token
 * that is sent again because its answer was lost.
 */
export async function up(database: Knex): Promise<void> {
  for (const table of tables) {
    if (await database.schema.hasColumn(table, 'service_key_id')) continue;
    await database.raw(
      `ALTER TABLE ${table}
         ADD COLUMN service_key_id CHAR(8) CHARACTER SET ascii COLLATE ascii_bin NULL,
         ADD KEY ${table}_service_key (service_key_id)`,
    );
  }
  if (!(await database.schema.hasColumn('refresh_tokens', 'successor')))
    await database.raw(
      `ALTER TABLE refresh_tokens
         ADD COLUMN used_by CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
         ADD COLUMN successor VARCHAR(160) CHARACTER SET ascii COLLATE ascii_bin NULL`,
    );
}

export async function down(database: Knex): Promise<void> {
  await database.raw('ALTER TABLE refresh_tokens DROP COLUMN used_by, DROP COLUMN successor');
  for (const table of tables)
    await database.raw(`ALTER TABLE ${table} DROP KEY ${table}_service_key, DROP COLUMN service_key_id`);
}
