import type { Knex } from 'knex';

/** The sealed secret of a service key that signs its requests; keys from before do not. */
export async function up(database: Knex): Promise<void> {
  if (await database.schema.hasColumn('api_keys', 'signing_secret')) return;
  await database.raw(
    'ALTER TABLE api_keys ADD COLUMN signing_secret VARCHAR(500) CHARACTER SET ascii COLLATE ascii_bin NULL',
  );
}

export async function down(database: Knex): Promise<void> {
  await database.raw('ALTER TABLE api_keys DROP COLUMN signing_secret');
}
