import type { Knex } from 'knex';

/**
 * Locks of free credits that a return of money took along, or that paid a debt, until they come again. They stood in
 * a column of orders before, in no release.
 */
export async function up(database: Knex): Promise<void> {
  if (!(await database.schema.hasColumn('grant_locks', 'away_for')))
    await database.raw(
      'ALTER TABLE grant_locks ADD COLUMN away_for CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL',
    );
  if (await database.schema.hasColumn('orders', 'taken_locks'))
    await database.raw('ALTER TABLE orders DROP COLUMN taken_locks');
}
