import type { Database } from '../../ground/db/connect.ts';

/**
 * Counts all tables, and lets the server count them no more by itself. It would look at a few pages of each by chance,
 * and again in the background after a tenth of the rows has changed: a statement's plan would differ from one moment to
 * the next.
 */
export async function countForPlans(database: Database): Promise<void> {
  const [tables] = (await database.raw(
    `SELECT table_name AS name FROM information_schema.tables
      WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE'`,
  )) as [{ name: string }[]];
  const names = tables.map(({ name }) => `\`${name}\``);
  for (const name of names)
    await database.raw(
      `ALTER TABLE ${name} STATS_PERSISTENT = 1, STATS_AUTO_RECALC = 0, STATS_SAMPLE_PAGES = 10000`,
    );
  await database.raw(`ANALYZE TABLE ${names.join(', ')}`);
}
