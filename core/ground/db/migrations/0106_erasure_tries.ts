import type { Knex } from 'knex';

/** How often each erasure failed, and when it is tried again. */
export async function up(database: Knex): Promise<void> {
  if (await database.schema.hasColumn('erasures', 'tries')) return;
  await database.raw(`ALTER TABLE erasures
    ADD COLUMN tries INT UNSIGNED NOT NULL DEFAULT 0,
    ADD COLUMN due_at DATETIME(3) NULL,
    ADD COLUMN fault VARCHAR(500) NULL,
    ADD KEY erasures_due (state, due_at)`);
}

export async function down(database: Knex): Promise<void> {
  if (!(await database.schema.hasColumn('erasures', 'tries'))) return;
  await database.raw(`ALTER TABLE erasures
    DROP KEY erasures_due, DROP COLUMN tries, DROP COLUMN due_at, DROP COLUMN fault`);
}
