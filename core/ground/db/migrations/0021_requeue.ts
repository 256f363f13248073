import type { Knex } from 'knex';

/** When an administrator asked to put the task of an attempt back into the queue. */
export async function up(database: Knex): Promise<void> {
  if (await database.schema.hasColumn('attempts', 'requeued_at')) return;
  await database.raw('ALTER TABLE attempts ADD COLUMN requeued_at DATETIME(3) NULL');
}

export async function down(database: Knex): Promise<void> {
  await database.raw('ALTER TABLE attempts DROP COLUMN requeued_at');
}
