import type { Knex } from 'knex';

const columns = {
  webhooks: {
    failures: 'INT NOT NULL DEFAULT 0',
    failing_since: 'DATETIME(3) NULL',
    resting_until: 'DATETIME(3) NULL',
  },
  webhook_deliveries: {
    last_status: 'SMALLINT NULL',
    last_tried_at: 'DATETIME(3) NULL',
  },
} as const;
const index = 'webhook_deliveries_list';

/** What rests a failing receiver, what the last try of a delivery met, and the list of a webhook's deliveries. */
export async function up(database: Knex): Promise<void> {
  // Each statement commits by itself: an interrupted migration continues after the last one.
  for (const [table, added] of Object.entries(columns))
    for (const [name, type] of Object.entries(added))
      if (!(await database.schema.hasColumn(table, name)))
        await database.raw(`ALTER TABLE ${table} ADD COLUMN ${name} ${type}`);
  if (!(await hasIndex(database)))
    await database.raw(`ALTER TABLE webhook_deliveries ADD KEY ${index} (webhook_id, id)`);
}

export async function down(database: Knex): Promise<void> {
  if (await hasIndex(database)) await database.raw(`ALTER TABLE webhook_deliveries DROP KEY ${index}`);
  for (const [table, added] of Object.entries(columns))
    for (const name of Object.keys(added)) await database.raw(`ALTER TABLE ${table} DROP COLUMN ${name}`);
}

const hasIndex = async (database: Knex): Promise<boolean> =>
  (await database('information_schema.statistics')
    .where({ index_name: index })
    .whereRaw('table_schema = DATABASE()')
    .first()) !== undefined;
