import type { Knex } from 'knex';

/** The session that a one-time code was made in, and that of the code that opened a session. */
export async function up(database: Knex): Promise<void> {
  for (const table of ['link_codes', 'sessions']) {
    if (await database.schema.hasColumn(table, 'made_by')) continue;
    await database.raw(
      `ALTER TABLE ${table}
         ADD COLUMN made_by VARCHAR(48) CHARACTER SET ascii COLLATE ascii_bin NULL,
         ADD KEY ${table}_maker (made_by)`,
    );
  }
}

export async function down(database: Knex): Promise<void> {
  for (const table of ['link_codes', 'sessions'])
    if (await database.schema.hasColumn(table, 'made_by'))
      await database.raw(`ALTER TABLE ${table} DROP KEY ${table}_maker, DROP COLUMN made_by`);
}
