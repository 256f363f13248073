import type { Knex } from 'knex';

/** When the leader asked for an attempt back that has not begun. */
export async function up(database: Knex): Promise<void> {
  await database.raw('ALTER TABLE attempts ADD COLUMN recalled_at DATETIME(3) NULL');
}

export async function down(database: Knex): Promise<void> {
  await database.raw('ALTER TABLE attempts DROP COLUMN recalled_at');
}
