import type { Knex } from 'knex';

/** Programs that speak the API of A1111 choose a model once, for all that they ask for afterwards. */
export async function up(database: Knex): Promise<void> {
  await database.raw('ALTER TABLE api_keys ADD COLUMN IF NOT EXISTS sdapi_model VARCHAR(255) NULL');
}

export async function down(database: Knex): Promise<void> {
  await database.raw('ALTER TABLE api_keys DROP COLUMN IF EXISTS sdapi_model');
}
