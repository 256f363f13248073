import type { Knex } from 'knex';

/** Service keys of programs that name the person of each request: of which program, and what signs the names. */
export async function up(database: Knex): Promise<void> {
  if (await database.schema.hasColumn('api_keys', 'people_of')) return;
  await database.raw(
    `ALTER TABLE api_keys
      ADD COLUMN people_of VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
      ADD COLUMN people_secret VARCHAR(500) CHARACTER SET ascii COLLATE ascii_bin NULL`,
  );
}
