import type { Database } from '../../ground/db/connect.ts';
import { StatisticsHead } from '../../ground/db/models/statistics.ts';
import { dayMs } from './addUp.ts';

/** All that was ever added up. */
export interface Totals {
  tasks: readonly {
    workflow: string;
    succeeded: number;
    failed: number;
    cancelled: number;
    cached: number;
    gpuSeconds: number;
  }[];
  credits: readonly { kind: string; amount: number }[];
}

/** Up to here everything is added up; undefined before the first hour is. */
export async function readAddedTo(database: Database): Promise<Date | undefined> {
  const head = await StatisticsHead.query(database).findById(1);
  return head?.addedTo ?? undefined;
}

/** The sums of all days, and of the hours after the last of them. */
export async function readTotals(database: Database, addedTo: Date): Promise<Totals> {
  const lastDay = new Date(addedTo.getTime() - (addedTo.getTime() % dayMs));
  const rows = (table: string, until: Date) =>
    database(table)
      .where((span) =>
        span
          .where((days) => days.where({ span: 'day' }).where('at', '<', lastDay))
          .orWhere((hours) => hours.where({ span: 'hour' }).where('at', '>=', lastDay)),
      )
      .where('at', '<', until);
  const [tasks, credits] = await Promise.all([
    rows('statistics_tasks', addedTo)
      .groupBy('workflow')
      .select('workflow')
      .sum({ succeeded: 'succeeded', failed: 'failed', cancelled: 'cancelled', cached: 'cached' })
      .sum({ gpuSeconds: 'gpuSeconds' }),
    rows('statistics_credits', addedTo).groupBy('kind').select('kind').sum({ amount: 'amount' }),
  ]);
  return {
    // Sums come as text.
    tasks: (tasks as unknown as Totals['tasks']).map((row) => ({
      workflow: row.workflow,
      succeeded: Number(row.succeeded),
      failed: Number(row.failed),
      cancelled: Number(row.cancelled),
      cached: Number(row.cached),
      gpuSeconds: Number(row.gpuSeconds),
    })),
    credits: (credits as unknown as Totals['credits']).map(({ kind, amount }) => ({
      kind,
      amount: Number(amount),
    })),
  };
}
