import type { Knex } from 'knex';

/** The audit is read by act, too. */
export async function up(database: Knex): Promise<void> {
  if (!(await hasIndex(database)))
    await database.raw('ALTER TABLE audit ADD INDEX audit_action (action, id)');
}

export async function down(database: Knex): Promise<void> {
  if (await hasIndex(database)) await database.raw('ALTER TABLE audit DROP INDEX audit_action');
}

async function hasIndex(database: Knex): Promise<boolean> {
  const [rows] = await database.raw("SHOW INDEX FROM audit WHERE Key_name = 'audit_action'");
  return rows.length > 0;
}
