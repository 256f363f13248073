import { once } from 'node:events';
import Queue from 'bee-queue';
import { buildCache } from 'bee-queue/lib/lua/index.js';
import type { Logger } from 'pino';
import { createRedis, type Redis } from '../../redis/createRedis.ts';
import type { Clock } from '../../runtime/clock.ts';
import { lostRings } from '../metrics.ts';

export interface Ring {
  taskId: string;
  attempt: number;
}

/**
 * Tells the owner of a backend that it has work, in any process. A signal may be lost, late or received twice. It
 * only prompts a look at the slots, and the owner looks every second anyway.
 */
export interface BackendQueues {
  /** Never throws and never waits. */
  ring(backendId: string, ring: Ring): void;
  /** Calls `onRing` for each signal until the returned function is called. */
  listen(backendId: string, onRing: () => void): () => Promise<void>;
  close(): Promise<void>;
}

interface Deps {
  clock: Clock;
  logger: Logger;
}

const stallIntervalMs = 5_000;
const closeTimeoutMs = 2_000;
const rebuildAfterMs = 1_000;

export function createBackendQueues(deps: Deps, config: { url: string; prefix: string }): BackendQueues {
  const onError = (err: Error) => deps.logger.debug({ err }, 'the connection of the backendQueues failed');
  const redis = createRedis({ url: config.url, purpose: 'queue', onError });
  // Every queue adds an error listener to this one client.
  redis.setMaxListeners(0);
  // A restarted server has forgotten the scripts, and bee-queue does not notice.
  redis.on('ready', () => {
    buildCache(redis).catch(onError);
  });
  const queues = new Map<string, Queue<Ring>>();
  const listeners = new Set<() => Promise<void>>();

  return {
    ring(backendId, ring) {
      // A signal held until Redis returns would arrive after the look that finds the work.
      if (redis.status !== 'ready') {
        lostRings.inc();
        return;
      }
      const queue = queues.get(backendId) ?? createQueue(deps, redis, config.prefix, backendId);
      queues.set(backendId, queue);
      save(redis, queue, ring).catch((err: unknown) => {
        lostRings.inc();
        deps.logger.debug({ err, backendId }, 'a backend queue could not be rung');
      });
    },
    listen(backendId, onRing) {
      const stop = keepListening(deps, redis, config.prefix, backendId, onRing);
      listeners.add(stop);
      return async () => {
        listeners.delete(stop);
        await stop();
      };
    },
    async close() {
      await Promise.all([...listeners].map((stop) => stop()));
      await Promise.all([...queues.values()].map((queue) => closeQueue(deps, queue)));
      redis.disconnect();
    },
  };
}

/** No caller asks about a signal afterwards, so nothing of it is kept. */
const settings = (redis: Redis, prefix: string, isWorker: boolean) => ({
  redis: redis as never,
  prefix: `${prefix}bq`,
  isWorker,
  getEvents: false,
  sendEvents: false,
  storeJobs: false,
  removeOnSuccess: true,
  removeOnFailure: true,
  stallInterval: stallIntervalMs,
});

const queueName = (backendId: string): string => `backend:${backendId}`;

function createQueue(deps: Deps, redis: Redis, prefix: string, backendId: string): Queue<Ring> {
  const queue = new Queue<Ring>(queueName(backendId), settings(redis, prefix, false));
  queue.on('error', (err) => deps.logger.debug({ err, backendId }, 'a backend queue failed'));
  return queue;
}

/** We choose the id: after Redis lost its data, its own numbers would collide and the job would be lost. */
async function save(redis: Redis, queue: Queue<Ring>, ring: Ring): Promise<void> {
  const create = () => queue.createJob(ring).setId(`${ring.taskId}-${ring.attempt}`).save();
  try {
    await create();
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
    await buildCache(redis);
    await create();
  }
}

/**
 * A queue may silently stop receiving after an error (in its first check or its blocked connection), so it is created
 * again each time.
 */
function keepListening(
  deps: Deps,
  redis: Redis,
  prefix: string,
  backendId: string,
  onRing: () => void,
): () => Promise<void> {
  const stop = new AbortController();

  async function listenOnce(): Promise<void> {
    if (redis.status !== 'ready') await once(redis, 'ready', { signal: stop.signal });
    const queue = new Queue<Ring>(queueName(backendId), settings(redis, prefix, true));
    const broken = new Promise<void>((resolve) => {
      queue.on('error', (err) => {
        deps.logger.debug({ err, backendId }, 'a backend queue went deaf and is listened to anew');
        resolve();
      });
      stop.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    try {
      await Promise.race([queue.ready(), broken]);
      if (stop.signal.aborted) return;
      queue.process(async () => onRing());
      // A signal popped by a process that died is sent again.
      queue.checkStalledJobs(stallIntervalMs).catch(() => undefined); // It emits `error` as well.
      await broken;
    } finally {
      await closeQueue(deps, queue);
    }
  }

  const running = (async () => {
    while (!stop.signal.aborted) {
      try {
        await listenOnce();
        // Signals sent meanwhile were not received.
        if (!stop.signal.aborted) onRing();
        await deps.clock.sleep(rebuildAfterMs, stop.signal);
      } catch (error) {
        if (!stop.signal.aborted)
          deps.logger.debug({ err: error, backendId }, 'a backend queue is not listened to');
        if (!stop.signal.aborted) await deps.clock.sleep(rebuildAfterMs, stop.signal).catch(() => undefined);
      }
    }
  })();
  return async () => {
    stop.abort();
    await running;
  };
}

async function closeQueue({ logger }: Deps, queue: Queue<Ring>): Promise<void> {
  await queue
    .close(closeTimeoutMs)
    .catch((err: unknown) => logger.debug({ err }, 'a backend queue did not close'));
}
