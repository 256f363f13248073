import type { Knex } from 'knex';

/** How often a result was begun to be collected by owners after the first. */
export async function up(database: Knex): Promise<void> {
  if (!(await database.schema.hasColumn('attempts', 'collects')))
    await database.schema.alterTable('attempts', (table) => {
      table.tinyint('collects').unsigned().notNullable().defaultTo(0);
    });
}

export async function down(database: Knex): Promise<void> {
  if (await database.schema.hasColumn('attempts', 'collects'))
    await database.schema.alterTable('attempts', (table) => table.dropColumn('collects'));
}
