import type { Knex } from 'knex';

const indexes = { backends: ['backends_removed', 'removed_at'], run_times: ['run_times_age', 'updated_at'] };

/** What GPU servers that have gone leave behind is found by its age. */
export async function up(database: Knex): Promise<void> {
  for (const [table, [index = '', column = '']] of Object.entries(indexes))
    if (!(await hasIndex(database, table, index)))
      await database.raw(`ALTER TABLE ${table} ADD INDEX ${index} (${column})`);
}

export async function down(database: Knex): Promise<void> {
  for (const [table, [index = '']] of Object.entries(indexes))
    if (await hasIndex(database, table, index))
      await database.raw(`ALTER TABLE ${table} DROP INDEX ${index}`);
}

async function hasIndex(database: Knex, table: string, index: string): Promise<boolean> {
  const [rows] = await database.raw(`SHOW INDEX FROM ${table} WHERE Key_name = ?`, [index]);
  return rows.length > 0;
}
