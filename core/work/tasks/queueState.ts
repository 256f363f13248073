import { type Lane, lanes } from '@star-graph/workflows';
import type { Database } from '../../ground/db/connect.ts';
import { Backend, filmDeskUrl, Leader } from '../../ground/db/models/backend.ts';
import { openStatuses, Task, type TaskStatus } from '../../ground/db/models/task.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { createFreshView } from '../../ground/runtime/freshView.ts';

/** The numbers of waiting and running tasks. */
interface QueueState {
  byStatus: Record<(typeof openStatuses)[number], number>;
  lanes: { lane: Lane; queued: number; oldestSeconds: number }[];
}

interface GroupRow {
  status: TaskStatus;
  lane: Lane;
  n: number | string;
  oldest: Date;
}

export async function readQueueState(deps: { database: Database; clock: Clock }): Promise<QueueState> {
  const rows = (await Task.query(deps.database)
    .whereIn('status', openStatuses)
    .groupBy('status', 'lane')
    .select('status', 'lane')
    .count('* as n')
    .min('createdAt as oldest')) as unknown as GroupRow[];
  const byStatus = { queued: 0, assigned: 0, running: 0 };
  for (const row of rows) byStatus[row.status as keyof typeof byStatus] += Number(row.n);
  const now = deps.clock.now().getTime();
  return {
    byStatus,
    lanes: lanes.map((lane) => {
      const waiting = rows.find((row) => row.status === 'queued' && row.lane === lane);
      return {
        lane,
        queued: Number(waiting?.n ?? 0),
        oldestSeconds: waiting ? Math.max(0, (now - waiting.oldest.getTime()) / 1000) : 0,
      };
    }),
  };
}

interface PoolState {
  /** GPU servers that take work. */
  backends: number;
  backendsUp: number;
  /** An administrator paused the queue: no task is given to a server. */
  paused?: true;
}

async function readPoolState(database: Database): Promise<PoolState> {
  const [backends, paused] = await Promise.all([
    Backend.query(database)
      .select('state')
      .whereNull('removedAt')
      .where({ enabled: true, draining: false })
      .whereNot({ url: filmDeskUrl }),
    readPaused(database),
  ]);
  const backendsUp = backends.filter(({ state }) => state === 'up').length;
  return { backends: backends.length, backendsUp, ...(paused && { paused }) };
}

/** The public facts about the pool. */
interface PoolSummary extends PoolState {
  /** Waiting, also on a backend. */
  queuedTasks: number;
  runningTasks: number;
}

/** The present counts. */
export const readPoolSummary = (deps: { database: Database; clock: Clock }): Promise<PoolSummary> =>
  summarisePool({ readPool: () => readPoolState(deps.database), readQueue: () => readQueueState(deps) });

export async function summarisePool(
  reader: Pick<QueueReader, 'readPool' | 'readQueue'>,
): Promise<PoolSummary> {
  const [pool, queue] = await Promise.all([reader.readPool(), reader.readQueue()]);
  const { queued, assigned, running } = queue.byStatus;
  return { ...pool, queuedTasks: queued + assigned, runningTasks: running };
}

export async function readPaused(database: Database): Promise<boolean> {
  const row = await Leader.query(database).findById(1).select('pausedAt');
  return row !== undefined && row.pausedAt !== null;
}

/** How long a count is reused: the numbers are for people, and a count per request would be a load of its own. */
const countLifeMs = 1_000;

/** The queue as it was at most a second ago. All requests during a count wait for the same count. */
export interface QueueReader {
  readQueue(): Promise<QueueState>;
  readPool(): Promise<PoolState>;
  /** Whether an administrator paused the queue. */
  readPaused(): Promise<boolean>;
}

export function createQueueReader(deps: { database: Database; clock: Clock }): QueueReader {
  const queue = createFreshView(deps, countLifeMs, () => readQueueState(deps));
  const pool = createFreshView(deps, countLifeMs, () => readPoolState(deps.database));
  const paused = createFreshView(deps, countLifeMs, () => readPaused(deps.database));
  return {
    readQueue: () => queue.read(),
    readPool: () => pool.read(),
    readPaused: () => paused.read(),
  };
}
