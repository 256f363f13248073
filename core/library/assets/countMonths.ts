import type { Database } from '../../ground/db/connect.ts';

/** The months that hold the newest ones: a person with more learns of no earlier month. */
const countedAtLeast = 100_000;

/**
 * How many assets a person is shown of each month, the newest first. It goes from month to month by an index, so each
 * asset is read once, as an entry of that index, and a month without any costs nothing.
 * @param utcOffset how many minutes the person's clock is ahead of UTC.
 */
export async function countMonths(
  database: Database,
  userId: string,
  utcOffset: number,
): Promise<{ month: string; count: number }[]> {
  const shown = () =>
    database
      .from(database.raw('assets FORCE INDEX (assets_months)'))
      .where({ userId })
      .whereNull('deletedAt')
      .whereNull('quarantinedAt')
      .where('isMask', false);
  const newest = () => shown().select('createdAt').orderBy('createdAt', 'desc').limit(1);
  const months: { month: string; count: number }[] = [];
  let counted = 0;
  let last: { createdAt: Date } | undefined = await newest().first();
  while (last && counted < countedAtLeast) {
    const { month, from, to } = monthOf(last.createdAt, utcOffset);
    const [row]: { count: number; earlier: Date | null }[] = await shown()
      .where('createdAt', '>=', from)
      .where('createdAt', '<', to)
      .select(database.raw('COUNT(*) AS count'), newest().where('createdAt', '<', from).as('earlier'));
    const count = Number(row?.count);
    // The last of a month can be deleted before it is counted.
    if (count > 0) months.push({ month, count });
    counted += count;
    last = row?.earlier ? { createdAt: row.earlier } : undefined;
  }
  return months;
}

/** The month of a time by a clock that is ahead of UTC, and when it begins and ends. */
function monthOf(time: Date, utcOffset: number): { month: string; from: Date; to: Date } {
  const offsetMs = utcOffset * 60_000;
  const local = new Date(time.getTime() + offsetMs);
  const startOf = (month: number) => new Date(Date.UTC(local.getUTCFullYear(), month) - offsetMs);
  return {
    month: local.toISOString().slice(0, 7),
    from: startOf(local.getUTCMonth()),
    to: startOf(local.getUTCMonth() + 1),
  };
}
