import type { Knex } from 'knex';

/** The free credits that a return of money took along, until that money comes again. */
export async function up(database: Knex): Promise<void> {
  if (!(await database.schema.hasColumn('orders', 'taken_locks')))
    await database.raw('ALTER TABLE orders ADD COLUMN taken_locks JSON NULL');
}
