import type { Logger } from 'pino';
import { type Database, inTransaction } from '../../../ground/db/connect.ts';
import { type EventRow, OutboxEvent } from '../../../ground/db/models/outboxEvent.ts';
import type { Redis } from '../../../ground/redis/createRedis.ts';
import { linksKey, relayLeaseKey, toldKey } from '../../../ground/redis/redisKeys.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';
import { newId } from '../../../ground/runtime/ids.ts';
import { createPace, type RoundEnd } from '../../../ground/runtime/pace.ts';
import { relayFailures, relayLeaseLosses } from '../metrics.ts';
import type { PresentTasks } from '../taskPresenter.ts';
import { leaveToWebhooks } from '../webhooks/enqueueWebhooks.ts';
import { type PublishedEvent, publishEvents } from './publishEvents.ts';
import { leaseScript, releaseScript, renewScript } from './publishScript.ts';
import { presentStoredEvent } from './storedEvent.ts';

export interface RelayDeps {
  database: Database;
  redis: Redis;
  clock: Clock;
  prefix: string;
  log: Logger;
  presentTasks: PresentTasks;
  /** Which links to files this process signs: `identifyLinks`. */
  links: string;
  /** Called after each batch: webhooks may wait for its events. */
  onSent?: () => void;
  /** How long the lease outlives a relay that died. Default 3 s. */
  leaseMs?: number;
}

export interface Relay {
  /** Publishes and marks until the signal aborts; then it gives the lease back and resolves. Never rejects. */
  run(signal: AbortSignal): Promise<void>;
  /** There may be events that nobody published. */
  wake(): void;
  /** There may be some that are published and not marked. */
  stir(): void;
}

const batchSize = 100;
/** Short, because webhooks wait for it, and the events of a process that died. */
const sweepIntervalMs = 250;
/** While there is nothing. A message ends the rest; after it, one that was lost is made good. */
const idleSweepMs = 2_000;
const defaultLeaseMs = 3_000;
/** A batch that takes longer is stuck: its lease ends, and another relay tries. */
const longestBatchMs = 60_000;
/**
 * Publishes what in the outbox nobody has published (see `createEventPublisher`), and marks it as sent. Any number of
 * processes run one; the lease in Redis lets one at a time work. It is renewed while a batch is read. If it is lost all
 * the same, the script publishes nothing of that batch. A row is marked only after Redis answered.
 */
export function createRelay(deps: RelayDeps): Relay {
  const id = newId();
  const leaseKey = relayLeaseKey(deps.prefix);
  const pace = createPace(deps.clock, { intervalMs: sweepIntervalMs, idleIntervalMs: idleSweepMs });

  const leaseMs = deps.leaseMs ?? defaultLeaseMs;

  /** `idle`: there is nothing, or another relay has the lease. */
  async function publishAll(signal: AbortSignal): Promise<RoundEnd | 'lease lost'> {
    for (let batches = 0; ; batches += 1) {
      const held = await deps.redis.eval(
        leaseScript,
        2,
        leaseKey,
        linksKey(deps.prefix),
        id,
        leaseMs,
        deps.links,
      );
      if (held !== 1) return 'idle';
      const stopRenewing = renewLease(deps, { leaseKey, id, leaseMs });
      const sent = await sendBatch(deps, id).finally(stopRenewing);
      if (sent === 'lease lost') return sent;
      if (sent > 0) deps.onSent?.();
      if (sent < batchSize || signal.aborted) return batches + sent === 0 ? 'idle' : undefined;
    }
  }

  /** Leaves the work to another relay for the life of a lease: a relay that keeps losing its lease is in the way. */
  const stepBack = async (signal: AbortSignal): Promise<void> => {
    relayLeaseLosses.inc();
    deps.log.warn('the relay lost its lease while it read events; they stay in the outbox');
    await deps.clock.sleep(leaseMs, signal).catch(() => {});
  };

  const release = () =>
    deps.redis.eval(releaseScript, 1, leaseKey, id).catch((error: unknown) => {
      deps.log.debug({ err: error }, 'the relay lease was not given back and ends by itself');
    });

  return {
    wake: pace.wake,
    stir: pace.stir,
    async run(signal) {
      signal.addEventListener('abort', pace.stop, { once: true });
      while (!signal.aborted) {
        let end: RoundEnd;
        try {
          const told = await publishAll(signal);
          if (told === 'lease lost') await stepBack(signal);
          else end = told;
        } catch (error) {
          relayFailures.inc();
          deps.log.warn({ err: error }, 'events could not be published; they stay in the outbox');
          // Another process may reach Redis or the database when this one does not.
          await release();
        }
        await pace.rest(end);
      }
      await release();
    },
  };
}

/** Keeps a lease alive, not a lost one. @returns a function that ends it. */
function renewLease(
  deps: Pick<RelayDeps, 'redis' | 'clock' | 'log'>,
  { leaseKey, id, leaseMs }: { leaseKey: string; id: string; leaseMs: number },
): () => void {
  const stop = new AbortController();
  const startedAtMs = deps.clock.monotonicMs();
  const renew = async () => {
    while (deps.clock.monotonicMs() - startedAtMs < longestBatchMs) {
      await deps.clock.sleep(leaseMs / 3, stop.signal).catch(() => {});
      if (stop.signal.aborted) return;
      try {
        if ((await deps.redis.eval(renewScript, 1, leaseKey, id, leaseMs)) !== 1) return;
      } catch (error) {
        deps.log.debug({ err: error }, 'the relay lease could not be renewed; trying again');
      }
    }
  };
  void renew();
  return () => stop.abort();
}

/**
 * Marks the oldest unsent events, after publishing those that no process has published yet.
 * @returns how many.
 */
async function sendBatch(deps: RelayDeps, relayId: string): Promise<number | 'lease lost'> {
  const rows = await OutboxEvent.query(deps.database).whereNull('sentAt').orderBy('id').limit(batchSize);
  if (rows.length === 0) return 0;
  const untold = await dropTold(deps, rows);
  if (untold.length > 0) {
    const answer = await publishEvents(deps, await present(deps, untold), { relayId });
    if (answer !== 'published') return 'lease lost';
  }
  const ids = rows.map(({ id }) => id);
  await inTransaction(deps.database, async (trx) => {
    await leaveToWebhooks(deps, trx, rows);
    await OutboxEvent.query(trx).whereIn('id', ids).whereNull('sentAt').patch({ sentAt: deps.clock.now() });
  });
  return rows.length;
}

/** Without the events that are published: the script would only skip them. */
async function dropTold(
  { redis, prefix }: RelayDeps,
  rows: readonly OutboxEvent[],
): Promise<readonly OutboxEvent[]> {
  const taskIds = [...new Set(rows.map(({ taskId }) => taskId))];
  const numbers = await redis.mget(taskIds.map((taskId) => toldKey(prefix, taskId)));
  const told = new Map(taskIds.map((taskId, at) => [taskId, Number(numbers[at] ?? 0)]));
  return rows.filter(({ id, taskId }) => id > (told.get(taskId) ?? 0));
}

async function present(deps: RelayDeps, rows: readonly EventRow[]): Promise<PublishedEvent[]> {
  const tasks = await deps.presentTasks([...new Set(rows.map(({ taskId }) => taskId))]);
  return rows.map((row) => ({ row, json: JSON.stringify(presentStoredEvent(row, tasks.get(row.taskId))) }));
}
