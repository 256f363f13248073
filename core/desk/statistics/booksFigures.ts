import type { Database } from '../../ground/db/connect.ts';
import { StatisticsHead } from '../../ground/db/models/statistics.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { utcDay } from '../../ground/runtime/utcDay.ts';
import { workflowLabel } from '../../ground/telemetry/define.ts';
import { defineLeaderCounter, defineLeaderGauge } from '../../ground/telemetry/leaderMetrics.ts';
import { readLastCheck } from '../../money/credits/ledgerCheck.ts';
import type { Leadership } from '../../work/dispatch/leader/leadership.ts';
import { dayMs } from './addUp.ts';

/*
 * The business, from the rows of the books and the statistics: no restart loses any of it. The leader reads it once a
 * minute. The statistics add an hour up some minutes after its end, so these counters grow in steps of an hour.
 */

const tasks = defineLeaderCounter({
  name: 'star_graph_business_tasks_total',
  help: 'Tasks that ended since the beginning, by workflow and outcome: succeeded, failed, cancelled; cached: those of the succeeded that were answered with an earlier result',
  labels: ['workflow', 'outcome'],
});
const gpuSeconds = defineLeaderCounter({
  name: 'star_graph_business_gpu_seconds_total',
  help: 'GPU-seconds of all attempts of those tasks, by workflow',
  labels: ['workflow'],
});
const credits = defineLeaderCounter({
  name: 'star_graph_business_credits_total',
  help: 'Credits moved since the beginning, by the kind of the transfer: grant, purchase, capture, release, refund and others',
  labels: ['kind'],
});
const countedTo = defineLeaderGauge({
  name: 'star_graph_business_counted_to_timestamp_seconds',
  help: 'Up to when the business counters count; absent before the first hour',
});
const activePeople = defineLeaderGauge({
  name: 'star_graph_active_people',
  help: 'People whose tasks were on a GPU, on this day and on the day before, in UTC',
  labels: ['day'],
});
const imbalance = defineLeaderGauge({
  name: 'star_graph_ledger_imbalance_credits',
  help: 'The sum of all entries of the ledger at its last complete check, which must be 0',
});
const faults = defineLeaderGauge({
  name: 'star_graph_ledger_faults',
  help: 'Transfers, balances and holds that were wrong at the last complete check of the ledger, which must be 0',
});
const checkedAt = defineLeaderGauge({
  name: 'star_graph_ledger_checked_timestamp_seconds',
  help: 'When the last complete check of the ledger ended; absent before the first',
});

interface Deps {
  database: Database;
  clock: Clock;
  leadership: Pick<Leadership, 'lead'>;
}

export function createBooksFigures({ database, clock, leadership }: Deps): { show(): Promise<void> } {
  let known: { addedTo: Date; totals: Totals } | undefined;

  /** They change once an hour. */
  async function readKnown() {
    const addedTo = await readAddedTo(database);
    if (addedTo && addedTo.getTime() !== known?.addedTo.getTime())
      known = { addedTo, totals: await readTotals(database, addedTo) };
    return known;
  }

  return {
    async show() {
      const { lead } = leadership;
      if (!lead) return;
      const now = clock.now();
      const [counted, check, today, yesterday] = await Promise.all([
        readKnown(),
        readLastCheck(database),
        countActive(database, now),
        countActive(database, new Date(now.getTime() - dayMs)),
      ]);
      lead.show(() => {
        if (counted) showTotals(counted);
        activePeople.set({ day: 'today' }, today);
        activePeople.set({ day: 'yesterday' }, yesterday);
        if (check) showCheck(check);
      });
    },
  };
}

async function countActive(database: Database, at: Date): Promise<number> {
  const [row] = await database('person_days')
    .where({ day: utcDay(at) })
    .where('gpuMs', '>', 0)
    .count('* as people');
  return Number(row?.people ?? 0);
}

const outcomes = ['succeeded', 'failed', 'cancelled', 'cached'] as const;

/** A counter only grows by itself; a total takes its place. */
function showTotals({ addedTo, totals }: { addedTo: Date; totals: Totals }): void {
  for (const counter of [tasks, gpuSeconds, credits]) counter.reset();
  for (const row of totals.tasks) {
    const workflow = workflowLabel(row.workflow);
    for (const outcome of outcomes) tasks.inc({ workflow, outcome }, row[outcome]);
    gpuSeconds.inc({ workflow }, row.gpuSeconds);
  }
  for (const { kind, amount } of totals.credits) credits.inc({ kind }, amount);
  countedTo.set(addedTo.getTime() / 1_000);
}

function showCheck({ findings, finishedAt }: Awaited<ReturnType<typeof readLastCheck>> & {}): void {
  const { wrongTransfers, wrongBalances, wrongHolds } = findings;
  imbalance.set(findings.imbalance);
  faults.set(wrongTransfers + wrongBalances + wrongHolds);
  if (finishedAt) checkedAt.set(finishedAt.getTime() / 1_000);
}

/** All that was ever added up. */
interface Totals {
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
async function readAddedTo(database: Database): Promise<Date | undefined> {
  const head = await StatisticsHead.query(database).findById(1);
  return head?.addedTo ?? undefined;
}

/** The sums of all days, and of the hours after the last of them. */
async function readTotals(database: Database, addedTo: Date): Promise<Totals> {
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
