import type { Knex } from 'knex';

/** A person's assets by their size. */
export async function up(database: Knex): Promise<void> {
  const [keys] = await database.raw("SHOW INDEX FROM assets WHERE Key_name = 'assets_bytes'");
  if (keys.length === 0) await database.raw('ALTER TABLE assets ADD KEY assets_bytes (user_id, bytes)');
}
