import type { Knex } from 'knex';

/** Since when the queue is paused; null: it is not. Beside the leader's lease, because assignments lock that row. */
export async function up(database: Knex): Promise<void> {
  if (await database.schema.hasColumn('leader', 'paused_at')) return;
  await database.raw('ALTER TABLE leader ADD COLUMN paused_at DATETIME(3) NULL');
}

export async function down(database: Knex): Promise<void> {
  await database.raw('ALTER TABLE leader DROP COLUMN paused_at');
}
