import type { Knex } from 'knex';

/** When the person of a session last proved that it is them. Sessions that are open signed in when they began. */
export async function up(database: Knex): Promise<void> {
  // Each statement commits by itself: an interrupted migration continues after the last one.
  if (!(await database.schema.hasColumn('sessions', 'proven_at')))
    await database.raw('ALTER TABLE sessions ADD COLUMN proven_at DATETIME(3) NULL');
  await database.raw(
    'UPDATE sessions SET proven_at = created_at WHERE proven_at IS NULL AND service_key_id IS NULL',
  );
}

export async function down(database: Knex): Promise<void> {
  if (await database.schema.hasColumn('sessions', 'proven_at'))
    await database.raw('ALTER TABLE sessions DROP COLUMN proven_at');
}
