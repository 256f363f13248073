import type { Knex } from 'knex';

/** How many refunds of an order the provider refused, or sent and had fail: each try has a key of its own. */
export async function up(database: Knex): Promise<void> {
  if (!(await database.schema.hasColumn('orders', 'refund_tries')))
    await database.raw('ALTER TABLE orders ADD COLUMN refund_tries INT UNSIGNED NOT NULL DEFAULT 0');
}

export async function down(database: Knex): Promise<void> {
  if (await database.schema.hasColumn('orders', 'refund_tries'))
    await database.raw('ALTER TABLE orders DROP COLUMN refund_tries');
}
