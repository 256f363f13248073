import type { Knex } from 'knex';

/**
 * When a moderator took a result out of a gallery; null: none did. Old processes read none of it. The key finds the
 * entries of a task.
 */
export async function up(database: Knex): Promise<void> {
  const [columns] = (await database.raw("SHOW COLUMNS FROM gallery_entries LIKE 'removed_at'")) as [
    unknown[],
  ];
  if (columns.length === 0)
    await database.raw(
      'ALTER TABLE gallery_entries ADD COLUMN removed_at DATETIME(3) NULL, ADD KEY gallery_entries_task (task_id, guild_id)',
    );
}

export async function down(database: Knex): Promise<void> {
  await database.raw('ALTER TABLE gallery_entries DROP COLUMN removed_at, DROP KEY gallery_entries_task');
}
