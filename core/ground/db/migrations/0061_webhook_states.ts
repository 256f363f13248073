import type { Knex } from 'knex';

const index = 'webhooks_state';

/** The leader counts webhooks by the state of their breaker every few seconds. */
export async function up(database: Knex): Promise<void> {
  if (!(await hasIndex(database)))
    await database.raw(`ALTER TABLE webhooks ADD KEY ${index} (disabled_at, resting_until)`);
}

export async function down(database: Knex): Promise<void> {
  if (await hasIndex(database)) await database.raw(`ALTER TABLE webhooks DROP KEY ${index}`);
}

const hasIndex = async (database: Knex): Promise<boolean> =>
  (await database('information_schema.statistics')
    .where({ index_name: index })
    .whereRaw('table_schema = DATABASE()')
    .first()) !== undefined;
