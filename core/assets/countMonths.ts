import type { Database } from '../db/connect.ts';

/** The newest ones, by index entries alone: a person with more learns of the newest. */
const countedAtMost = 100_000;

/**
 * How many assets a person is shown of each month, the newest first.
 * @param utcOffset how many minutes the person's clock is ahead of UTC.
 */
export async function countMonths(
  database: Database,
  userId: string,
  utcOffset: number,
): Promise<{ month: string; count: number }[]> {
  const newest = database
    .select('createdAt')
    .from(database.raw('assets FORCE INDEX (assets_months)'))
    .where({ userId })
    .whereNull('deletedAt')
    .whereNull('quarantinedAt')
    .where('isMask', false)
    .orderBy('createdAt', 'desc')
    .limit(countedAtMost)
    .as('newest');
  const rows: { month: string; count: number }[] = await database
    .from(newest)
    .select(
      database.raw("DATE_FORMAT(created_at + INTERVAL ? MINUTE, '%Y-%m') AS month", [utcOffset]),
      database.raw('COUNT(*) AS count'),
    )
    .groupBy('month')
    .orderBy('month', 'desc');
  return rows.map(({ month, count }) => ({ month, count: Number(count) }));
}
