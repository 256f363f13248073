import type { Database } from '../../ground/db/connect.ts';
import {
  CreditStatistics,
  QueueStatistics,
  type Span,
  StatisticsHead,
  TaskStatistics,
} from '../../ground/db/models/statistics.ts';

export interface Statistics {
  /** Up to here everything is added up; undefined before the first hour is. */
  addedTo: Date | undefined;
  /** By the start of their span, oldest first; spans in which nothing happened are left out. */
  tasks: readonly TaskTotals[];
  credits: readonly CreditStatistics[];
  queue: readonly QueueStatistics[];
  /** Of the whole time, most GPU time first. */
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

/** What happened from a time to another, both at the start of a span. */
export async function readStatistics(
  database: Database,
  { span, from, to }: { span: Span; from: Date; to: Date },
): Promise<Statistics> {
  const within = { span, from, to };
  const [head, tasks, models, credits, queue] = await Promise.all([
    StatisticsHead.query(database).findById(1),
    sumTasks(database, within, ['at']).orderBy('at'),
    sumTasks(database, within, ['workflow', 'model']).orderByRaw('SUM(gpu_seconds) DESC').limit(mostModels),
    CreditStatistics.query(database)
      .where({ span })
      .where('at', '>=', from)
      .where('at', '<', to)
      .orderBy(['at', 'kind']),
    QueueStatistics.query(database)
      .where({ span })
      .where('at', '>=', from)
      .where('at', '<', to)
      .orderBy('at'),
  ]);
  return {
    addedTo: head?.addedTo ?? undefined,
    tasks: tasks.map(toNumbers) as TaskTotals[],
    models: models.map(toNumbers) as (TaskTotals & { workflow: string; model: string })[],
    credits,
    queue,
  };
}

const sumTasks = (
  database: Database,
  { span, from, to }: { span: Span; from: Date; to: Date },
  by: string[],
) =>
  database(TaskStatistics.tableName)
    .select(...by, database.raw(sums))
    .where({ span })
    .where('at', '>=', from)
    .where('at', '<', to)
    .groupBy(...by);

/** Sums come as text. */
const toNumbers = (row: Record<string, unknown>): Record<string, unknown> => ({
  ...row,
  ...Object.fromEntries(Object.keys(summed).map((name) => [name, Number(row[name])])),
});
