import type { Knex } from 'knex';
import type { Logger } from 'pino';
import type { Database } from '../../../ground/db/connect.ts';
import { Backend, type BackendState, backendStates, filmDeskUrl } from '../../../ground/db/models/backend.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';
import { type Loop, startLoop } from '../../../ground/runtime/loop.ts';
import { defineLeaderGauge } from '../../../ground/telemetry/leaderMetrics.ts';
import { readPaused, readQueueState } from '../../tasks/queueState.ts';
import type { Leader } from './leader.ts';
import type { Leadership } from './leadership.ts';
import { showWaiting } from './waitingFigures.ts';

/*
 * What is true of the whole platform now. The leader reads it in a round of its own, so that reading the metrics asks
 * the database nothing, and however many processes there are, each figure is counted once.
 */

const queuedTasks = defineLeaderGauge({
  name: 'star_graph_queue_tasks',
  help: 'Tasks in the queue, by lane',
  labels: ['lane'],
});
const oldestSeconds = defineLeaderGauge({
  name: 'star_graph_queue_oldest_seconds',
  help: 'Age of the task that has been in the queue longest, by lane; 0 if none is',
  labels: ['lane'],
});
const openTasks = defineLeaderGauge({
  name: 'star_graph_open_tasks',
  help: 'Unfinished tasks by state: queued, assigned (waits on a backend), running',
  labels: ['state'],
});
const paused = defineLeaderGauge({
  name: 'star_graph_queue_paused',
  help: '1 while an administrator has paused the queue',
});
const backendCounts = defineLeaderGauge({
  name: 'star_graph_backends',
  help: 'GPU servers of the pool by state; drained: an administrator or a recycle keeps tasks away; disabled',
  labels: ['state'],
});
const unsentEvents = defineLeaderGauge({
  name: 'star_graph_outbox_unsent_events',
  help: 'Events that are not marked as sent; counted up to 10,000',
});
const oldestUnsent = defineLeaderGauge({
  name: 'star_graph_outbox_oldest_unsent_seconds',
  help: 'Age of the oldest of them; 0 if there is none',
});
const webhooks = defineLeaderGauge({
  name: 'star_graph_webhooks',
  help: 'Webhooks that get nothing: open (the breaker rests after failures) and disabled; each counted up to 10,000',
  labels: ['state'],
});
const dueDeliveries = defineLeaderGauge({
  name: 'star_graph_webhook_deliveries_due',
  help: 'Deliveries that are due now; counted up to 10,000',
});

const intervalMs = 5_000;
/** While nothing waits or runs: how often figures are usually collected. */
const idleIntervalMs = 15_000;
const mostCounted = 10_000;

interface Deps {
  database: Database;
  clock: Clock;
  logger: Logger;
  leader: Pick<Leader, 'sight'>;
  leadership: Pick<Leadership, 'lead'>;
}

/** If this dispatcher leads, brings the figures of the whole platform up to date. */
export function startPlatformFigures(deps: Deps): Pick<Loop, 'stir' | 'stop'> {
  return startLoop(deps, { name: 'figures', intervalMs, idleIntervalMs }, async () => {
    const { lead } = deps.leadership;
    if (!lead) return undefined;
    const sight = deps.leader.sight();
    if (sight) lead.show(() => showWaiting(sight));
    const { database } = deps;
    const [queue, isPaused, backends, unsent, hooks, due] = await Promise.all([
      readQueueState(deps),
      readPaused(database),
      countBackends(database),
      readUnsent(database),
      countWebhooks(deps),
      countDue(deps),
    ]);
    const nowMs = deps.clock.now().getTime();
    lead.show(() => {
      for (const { lane, queued, oldestSeconds: age } of queue.lanes) {
        queuedTasks.set({ lane }, queued);
        oldestSeconds.set({ lane }, age);
      }
      for (const [state, count] of Object.entries(queue.byStatus)) openTasks.set({ state }, count);
      paused.set(isPaused ? 1 : 0);
      for (const [state, count] of Object.entries(backends)) backendCounts.set({ state }, count);
      unsentEvents.set(unsent.count);
      oldestUnsent.set(unsent.oldest ? Math.max(0, nowMs - unsent.oldest.getTime()) / 1_000 : 0);
      for (const [state, count] of Object.entries(hooks)) webhooks.set({ state }, count);
      dueDeliveries.set(due);
    });
    const open = Object.values(queue.byStatus).reduce((sum, count) => sum + count, 0);
    return open + unsent.count + due === 0 ? 'idle' : undefined;
  });
}

async function countBackends(
  database: Database,
): Promise<Record<BackendState | 'drained' | 'disabled', number>> {
  const rows = await Backend.query(database)
    .select('state', 'enabled', 'draining')
    .whereNull('removedAt')
    .whereNot({ url: filmDeskUrl });
  const counts = { drained: 0, disabled: 0, ...noneOfAny() };
  for (const { state, enabled, draining } of rows) {
    if (!enabled) counts.disabled += 1;
    else counts[draining ? 'drained' : state] += 1;
  }
  return counts;
}

const noneOfAny = (): Record<BackendState, number> =>
  Object.fromEntries(backendStates.map((state) => [state, 0])) as Record<BackendState, number>;

async function readUnsent(database: Database): Promise<{ count: number; oldest: Date | null }> {
  const first = database('outbox').select('createdAt').whereNull('sentAt').orderBy('id').limit(mostCounted);
  const [row] = await database.from(first.as('unsent')).count('* as count').min('createdAt as oldest');
  return { count: Number(row?.count ?? 0), oldest: (row?.oldest as Date | undefined) ?? null };
}

async function countWebhooks({ database, clock }: Pick<Deps, 'database' | 'clock'>) {
  const now = clock.now();
  const count = async (narrow: (query: Knex.QueryBuilder) => Knex.QueryBuilder): Promise<number> => {
    const some = narrow(database('webhooks').select('disabledAt')).limit(mostCounted);
    const [row] = await database.from(some.as('some')).count('* as count');
    return Number(row?.count ?? 0);
  };
  const [disabled, open] = await Promise.all([
    count((query) => query.whereNotNull('disabledAt')),
    count((query) => query.whereNull('disabledAt').where('restingUntil', '>', now)),
  ]);
  return { disabled, open };
}

async function countDue({ database, clock }: Pick<Deps, 'database' | 'clock'>): Promise<number> {
  const first = database('webhook_deliveries')
    .select('id')
    .whereNull('deliveredAt')
    .whereNull('failedAt')
    .where('dueAt', '<=', clock.now())
    .limit(mostCounted);
  const [row] = await database.from(first.as('due')).count('* as count');
  return Number(row?.count ?? 0);
}
