import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import type { Database } from '../../db/connect.ts';
import { OutboxEvent } from '../../db/models/outboxEvent.ts';
import type { Redis } from '../../redis/createRedis.ts';
import { liveChannel, relayLeaseKey, streamKey } from '../../redis/redisKeys.ts';
import type { Clock } from '../../runtime/clock.ts';
import { newId } from '../../runtime/ids.ts';
import { presentUnnumbered } from '../live/liveMessage.ts';
import { streamsOf } from '../live/progressBus.ts';
import { outboxAge, relayedEvents, relayFailures, relayLag, relayLeaseLosses } from '../metrics.ts';
import type { PresentTasks } from '../taskPresenter.ts';
import { leaseScript, publishScript, releaseScript, renewScript } from './publishScript.ts';
import { presentEntry, presentStoredEvent } from './storedEvent.ts';

export interface RelayDeps {
  database: Database;
  redis: Redis;
  clock: Clock;
  prefix: string;
  log: Logger;
  presentTasks: PresentTasks;
  /**
   * Called with each batch before it is marked as sent, perhaps again with the same events. A rejection keeps the
   * batch unsent.
   */
  enqueueWebhooks?: (published: readonly PublishedEvent[]) => Promise<void>;
  /** How long the lease outlives a relay that died. Default 3 s. */
  leaseMs?: number;
}

/** An event with the body that clients receive, without `seq`. */
export interface PublishedEvent {
  row: OutboxEvent;
  json: string;
}

export interface Relay {
  /** Publishes until the signal aborts; then it gives the lease back and resolves. Never rejects. */
  run(signal: AbortSignal): Promise<void>;
  /** There may be unsent events. */
  wake(): void;
}

const batchSize = 100;
const sweepIntervalMs = 1_000;
const defaultLeaseMs = 3_000;
/** A batch that takes longer is stuck: its lease ends, and another relay tries. */
const longestBatchMs = 60_000;
/** Streams without an event for a day are dropped; a client that is away longer gets a snapshot. */
const streamLifeMs = 24 * 3_600_000;
const streamCap = { user: 1_000, key: 10_000 };

/**
 * Publishes the outbox. Any number of processes run one; the lease in Redis lets one at a time work. It is renewed
 * while a batch is read. If it is lost all the same, the script publishes nothing of that batch. If Redis loses it
 * and two relays work at once, or one dies half-way, events are published twice at worst, never lost: a row is marked
 * only after Redis answered.
 */
export function createRelay(deps: RelayDeps): Relay {
  const id = newId();
  const leaseKey = relayLeaseKey(deps.prefix);
  let wakeUp = () => {};
  let isWoken = false;

  const leaseMs = deps.leaseMs ?? defaultLeaseMs;

  /** @returns false when the lease was lost while a batch was read. */
  async function publishAll(signal: AbortSignal): Promise<boolean> {
    for (;;) {
      const held = await deps.redis.eval(leaseScript, 1, leaseKey, id, leaseMs);
      if (held !== 1) return true;
      const stopRenewing = renewLease(deps, { leaseKey, id, leaseMs });
      const sent = await publishBatch(deps, id).finally(stopRenewing);
      if (sent === 'lease lost') return false;
      if (sent < batchSize || signal.aborted) return true;
    }
  }

  /** Leaves the work to another relay for the life of a lease: a relay that keeps losing its lease is in the way. */
  const stepBack = async (signal: AbortSignal): Promise<void> => {
    relayLeaseLosses.inc();
    deps.log.warn('the relay lost its lease while it read events; they stay in the outbox');
    await deps.clock.sleep(leaseMs, signal).catch(() => {});
  };

  const wakeOrSweep = async (signal: AbortSignal): Promise<void> => {
    if (isWoken) return;
    const stop = new AbortController();
    wakeUp = () => stop.abort();
    await deps.clock.sleep(sweepIntervalMs, AbortSignal.any([signal, stop.signal])).catch(() => {});
    wakeUp = () => {};
  };

  const release = () =>
    deps.redis.eval(releaseScript, 1, leaseKey, id).catch((error: unknown) => {
      deps.log.debug({ err: error }, 'the relay lease was not given back and ends by itself');
    });

  return {
    wake() {
      isWoken = true;
      wakeUp();
    },
    async run(signal) {
      while (!signal.aborted) {
        isWoken = false;
        try {
          if (!(await publishAll(signal))) await stepBack(signal);
        } catch (error) {
          relayFailures.inc();
          deps.log.warn({ err: error }, 'events could not be published; they stay in the outbox');
          // Another process may reach Redis or the database when this one does not.
          await release();
        }
        await wakeOrSweep(signal);
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

/** @returns how many events were marked as sent. */
async function publishBatch(deps: RelayDeps, relayId: string): Promise<number | 'lease lost'> {
  const rows = await OutboxEvent.query(deps.database).whereNull('sentAt').orderBy('id').limit(batchSize);
  const now = deps.clock.now();
  const oldest = rows[0];
  outboxAge.set(oldest ? Math.max(0, now.getTime() - oldest.createdAt.getTime()) / 1_000 : 0);
  if (!oldest) return 0;

  const tasks = await deps.presentTasks([...new Set(rows.map((row) => row.taskId))]);
  const published = rows.map((row) => ({
    row,
    json: JSON.stringify(presentStoredEvent(row, tasks.get(row.taskId))),
  }));
  await deps.enqueueWebhooks?.(published);
  const entries = published.flatMap((event) => toEntries(deps.prefix, event));
  const added = await deps.redis.eval(
    publishScript,
    1 + entries.length,
    relayLeaseKey(deps.prefix),
    ...entries.map((entry) => entry.key),
    relayId,
    streamLifeMs,
    randomBytes(6).toString('hex'),
    ...entries.flatMap((entry) => entry.args),
  );
  if (added === -1) return 'lease lost';
  const sentAt = deps.clock.now();
  await OutboxEvent.query(deps.database)
    .whereIn(
      'id',
      rows.map((row) => row.id),
    )
    .whereNull('sentAt')
    .patch({ sentAt });
  for (const row of rows) {
    relayedEvents.inc({ type: row.type });
    relayLag.observe(Math.max(0, sentAt.getTime() - row.createdAt.getTime()) / 1_000);
  }
  return rows.length;
}

function toEntries(
  prefix: string,
  { row, json }: PublishedEvent,
): { key: string; args: (string | number)[] }[] {
  const entry = presentEntry(row);
  const message = presentUnnumbered({ type: row.type, taskId: row.taskId, json });
  return streamsOf(row).map((stream) => ({
    key: streamKey(prefix, stream),
    args: [
      liveChannel(prefix, stream),
      row.createdAt.getTime(),
      row.id,
      entry,
      message,
      streamCap[stream.kind],
    ],
  }));
}
