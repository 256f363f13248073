import type { Model, QueryBuilder } from 'objection';
import { type Database, inSnapshot, type Transaction } from '../../ground/db/connect.ts';
import {
  CreditStatistics,
  QueueStatistics,
  type Span,
  StatisticsHead,
  TaskStatistics,
} from '../../ground/db/models/statistics.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { firstIdAt } from '../../ground/runtime/ids.ts';
import { hourMs, taskSums } from './addUp.ts';

export interface Statistics {
  /** Up to here everything is added up; undefined before the first hour is. */
  addedTo: Date | undefined;
  /**
   * By the start of their span, oldest first; spans in which nothing happened are left out, but for the last two hours,
   * which are as they stand.
   */
  tasks: readonly TaskTotals[];
  credits: readonly Pick<CreditStatistics, 'at' | 'kind' | 'transfers' | 'amount'>[];
  queue: readonly QueueStatistics[];
  /** Totals of the whole time for each model, most GPU time first. */
  models: readonly (TaskTotals & { workflow: string; model: string })[];
}

type Summed =
  | 'succeeded'
  | 'failed'
  | 'cancelled'
  | 'cached'
  | 'begun'
  | 'waitSeconds'
  | 'runSeconds'
  | 'gpuSeconds';
export type TaskTotals = Record<Summed, number> & { at: Date };

const summed = {
  succeeded: 'succeeded',
  failed: 'failed',
  cancelled: 'cancelled',
  cached: 'cached',
  begun: 'begun',
  waitSeconds: 'wait_seconds',
  runSeconds: 'run_seconds',
  gpuSeconds: 'gpu_seconds',
} as const;
const sums = Object.entries(summed)
  .map(([name, column]) => `SUM(${column}) AS ${name}`)
  .join(', ');

/** Models of a year can be many; a table shows the first. */
const mostModels = 100;

interface Within {
  span: Span;
  from: Date;
  to: Date;
}

/**
 * What happened from a time to another, both at the start of a span. It is read of one moment, so that an hour that is
 * added up meanwhile counts once.
 */
export const readStatistics = (
  { database, clock }: { database: Database; clock: Pick<Clock, 'now'> },
  within: Within,
): Promise<Statistics> =>
  inSnapshot(database, async (trx) => {
    const { span } = within;
    const head = await StatisticsHead.query(trx).findById(1);
    const addedTo = head?.addedTo ?? undefined;
    const tasks = await sumTasks(trx, within, ['at']).orderBy('at');
    const models = await sumTasks(trx, within, ['workflow', 'model'])
      .orderByRaw('SUM(gpu_seconds) DESC')
      .limit(mostModels);
    const credits = await rowsOf(CreditStatistics.query(trx), within).orderBy(['at', 'kind']);
    const queue = await rowsOf(QueueStatistics.query(trx), within).orderBy('at');
    const open = span === 'hour' ? await readOpenHours(trx, within, addedTo, clock.now()) : [];
    return {
      addedTo,
      tasks: [
        ...tasks.map(toTotals),
        ...open.map(({ at, tasks: rows }) => sumTotals(at, rows.map(toTotals))),
      ],
      models: sumModels([...models, ...open.flatMap(({ tasks: rows }) => rows)].map(toTotals)),
      credits: [...credits, ...open.flatMap((hour) => hour.credits)],
      queue,
    };
  });

const rowsOf = <M extends Model>(query: QueryBuilder<M>, { span, from, to }: Within) =>
  query.where({ span }).where('at', '>=', from).where('at', '<', to);

type ModelTotals = TaskTotals & { workflow: string; model: string };

const sumTotals = (at: Date, rows: readonly TaskTotals[]): TaskTotals => {
  const names = Object.keys(summed) as Summed[];
  const sumOf = (name: Summed) => rows.reduce((sum, row) => sum + row[name], 0);
  return { at, ...(Object.fromEntries(names.map((name) => [name, sumOf(name)])) as Record<Summed, number>) };
};

function sumModels(rows: readonly ModelTotals[]): ModelTotals[] {
  const byModel = Map.groupBy(rows, ({ workflow, model }) => JSON.stringify([workflow, model]));
  return [...byModel.values()]
    .flatMap((alike) => alike.slice(0, 1).map((one) => ({ ...one, ...sumTotals(one.at, alike) })))
    .toSorted((a, b) => b.gpuSeconds - a.gpuSeconds)
    .slice(0, mostModels);
}

const sumTasks = (trx: Transaction, { span, from, to }: Within, by: string[]) =>
  trx(TaskStatistics.tableName)
    .select(...by, trx.raw(sums))
    .where({ span })
    .where('at', '>=', from)
    .where('at', '<', to)
    .groupBy(...by);

/** Sums come as text. */
const toTotals = (row: Record<string, unknown>): ModelTotals =>
  ({
    ...row,
    ...Object.fromEntries(Object.keys(summed).map((name) => [name, Number(row[name])])),
  }) as ModelTotals;

type CreditSum = Pick<CreditStatistics, 'kind' | 'transfers' | 'amount'>;

interface OpenHour {
  at: Date;
  /** By workflow and model; numbers come as text. */
  tasks: Record<string, unknown>[];
  credits: (CreditSum & { at: Date })[];
}

/** The running hour and the one before it, which may still settle: what is older waits for the leader. */
const hoursRead = 2;

/** Hours of a time that are not added up yet, as they stand. */
async function readOpenHours(
  trx: Transaction,
  { from, to }: { from: Date; to: Date },
  addedTo: Date | undefined,
  now: Date,
): Promise<OpenHour[]> {
  const running = now.getTime() - (now.getTime() % hourMs);
  const first = Math.max(from.getTime(), addedTo?.getTime() ?? 0);
  const starts = Array.from({ length: hoursRead }, (_, hour) => running - (hoursRead - 1 - hour) * hourMs);
  const hours: OpenHour[] = [];
  for (const startMs of starts)
    if (startMs >= first && startMs < to.getTime()) hours.push(await readHour(trx, new Date(startMs)));
  return hours;
}

async function readHour(trx: Transaction, at: Date): Promise<OpenHour> {
  const end = new Date(at.getTime() + hourMs);
  const [tasks] = await trx.raw(
    `SELECT ${taskSums} FROM tasks WHERE finished_at >= ? AND finished_at < ? GROUP BY 1, 2`,
    [at, end],
  );
  const [credits] = await trx.raw(
    'SELECT kind, COUNT(*) AS transfers, SUM(amount) AS amount FROM transfers WHERE id >= ? AND id < ? GROUP BY kind',
    [firstIdAt(at.getTime()), firstIdAt(end.getTime())],
  );
  return {
    at,
    tasks,
    credits: (credits as CreditSum[]).map(({ kind, transfers, amount }) => ({
      at,
      kind,
      transfers: Number(transfers),
      amount: Number(amount),
    })),
  };
}
