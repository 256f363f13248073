import type { Knex } from 'knex';

const column = 'ran_ms';

/** How long each attempt had the GPU. Earlier ones, and those of old processes, had it from their start to their end. */
export async function up(database: Knex): Promise<void> {
  if (await database.schema.hasColumn('attempts', column)) return;
  await database.raw(`ALTER TABLE attempts ADD COLUMN ${column} INT UNSIGNED NULL`);
}

export async function down(database: Knex): Promise<void> {
  if (await database.schema.hasColumn('attempts', column))
    await database.raw(`ALTER TABLE attempts DROP COLUMN ${column}`);
}
