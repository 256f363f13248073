import { once } from 'node:events';
import Queue from 'bee-queue';
import { buildCache } from 'bee-queue/lib/lua/index.js';
import type { Logger } from 'pino';
import type { Clock } from '../runtime/clock.ts';
import { createRedis } from './createRedis.ts';

interface QueueOptions {
  /** Shared by those who add and those who work, in any process. */
  name: string;
  /** For jobs whose handler rejected; without it they are dropped. Each pause is twice as long as the one before. */
  retries?: { times: number; firstPauseMs: number };
}

/**
 * Queues of bee-queue. A job may be lost with Redis and handled twice, so it only prompts a look at the database,
 * which holds the truth. A job of a process that died is handled by another.
 */
export interface JobQueues {
  /**
   * Never rejects and never waits for Redis to return. A job whose id is still in the queue is not added again.
   * @returns false when the job was lost.
   */
  add<Data extends object>(options: QueueOptions, id: string, data: Data): Promise<boolean>;
  /**
   * Handles one job after another until the returned function is called.
   * @param onReturn is called when the queue is listened to again after a fault: jobs may have been lost meanwhile.
   */
  work<Data extends object>(
    options: QueueOptions,
    handle: (data: Data) => Promise<void>,
    onReturn?: () => void,
  ): () => Promise<void>;
  close(): Promise<void>;
}

interface Deps {
  clock: Clock;
  logger: Logger;
}

const stallIntervalMs = 5_000;
const closeTimeoutMs = 2_000;
/** A queue that nobody adds to for so long is dropped with its jobs: its backend may have gone for good. */
const queueLifeSeconds = 24 * 3_600;
/** Queues that are kept open to add to them. */
const mostSenders = 1_000;
const rebuildAfterMs = 1_000;

export function createJobQueues(deps: Deps, config: { url: string; prefix: string }): JobQueues {
  const onError = (err: Error) => deps.logger.debug({ err }, 'the connection of the job queues failed');
  const redis = createRedis({ url: config.url, purpose: 'queue', onError });
  // Every queue adds an error listener to this one client.
  redis.setMaxListeners(0);
  // A restarted server has forgotten the scripts, and bee-queue does not notice.
  redis.on('ready', () => {
    buildCache(redis).catch(onError);
  });
  const senders = new Map<string, Queue<object>>();
  const workers = new Set<() => Promise<void>>();

  /** No one asks about a job afterwards, so nothing of it is kept, and its id is free again. */
  const open = <Data extends object>({ name, retries }: QueueOptions, isWorker: boolean): Queue<Data> =>
    new Queue<Data>(name, {
      redis: redis as never,
      prefix: `${config.prefix}bq`,
      isWorker,
      activateDelayedJobs: isWorker && retries !== undefined,
      getEvents: false,
      sendEvents: false,
      storeJobs: false,
      removeOnSuccess: true,
      removeOnFailure: true,
      stallInterval: stallIntervalMs,
    });

  function openSender(options: QueueOptions): Queue<object> {
    const queue = open<object>(options, false);
    queue.on('error', (err) => deps.logger.debug({ err, queue: queue.name }, 'a job queue failed'));
    const [oldest] = senders.size >= mostSenders ? senders.values() : [];
    if (oldest) {
      senders.delete(oldest.name);
      void closeQueue(deps, oldest);
    }
    senders.set(options.name, queue);
    return queue;
  }

  return {
    async add({ name, retries }, id, data) {
      // Sent when Redis returns, it would arrive after the look that needs no job.
      if (redis.status !== 'ready') return false;
      const queue = senders.get(name) ?? openSender({ name });
      // We choose the id: after Redis lost its data, its own numbers would collide and the job would be lost.
      const job = queue.createJob(data).setId(id);
      if (retries) job.retries(retries.times).backoff('exponential', retries.firstPauseMs);
      try {
        await withScripts(
          () => job.save(),
          () => buildCache(redis),
        );
        const keys = ['jobs', 'waiting', 'delayed'].map((key) => `${config.prefix}bq:${name}:${key}`);
        await Promise.all(keys.map((key) => redis.expire(key, queueLifeSeconds)));
        return true;
      } catch (error) {
        deps.logger.debug({ err: error, queue: name }, 'a job could not be added');
        return false;
      }
    },
    work<Data extends object>(
      options: QueueOptions,
      handle: (data: Data) => Promise<void>,
      onReturn?: () => void,
    ) {
      const listen = async (signal: AbortSignal) => {
        if (redis.status !== 'ready') await once(redis, 'ready', { signal });
        await workUntilBroken(deps, open<Data>(options, true), handle, signal);
      };
      const stop = keepWorking(deps, options.name, listen, onReturn);
      workers.add(stop);
      return async () => {
        workers.delete(stop);
        await stop();
      };
    },
    async close() {
      await Promise.all([...workers].map((stop) => stop()));
      await Promise.all([...senders.values()].map((queue) => closeQueue(deps, queue)));
      redis.disconnect();
    },
  };
}

async function withScripts(send: () => Promise<unknown>, load: () => Promise<unknown>): Promise<void> {
  try {
    await send();
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
    await load();
    await send();
  }
}

/**
 * A queue may silently stop receiving after an error (in its first check or its blocked connection), so it is created
 * again each time.
 */
function keepWorking(
  { clock, logger }: Deps,
  name: string,
  listen: (signal: AbortSignal) => Promise<void>,
  onReturn?: () => void,
): () => Promise<void> {
  const stop = new AbortController();
  const running = (async () => {
    while (!stop.signal.aborted) {
      try {
        await listen(stop.signal);
        if (!stop.signal.aborted) onReturn?.();
        await clock.sleep(rebuildAfterMs, stop.signal);
      } catch (error) {
        if (stop.signal.aborted) break;
        logger.debug({ err: error, queue: name }, 'a job queue is not listened to');
        await clock.sleep(rebuildAfterMs, stop.signal).catch(() => undefined);
      }
    }
  })();
  return async () => {
    stop.abort();
    await running;
  };
}

async function workUntilBroken<Data extends object>(
  deps: Deps,
  queue: Queue<Data>,
  handle: (data: Data) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const broken = new Promise<void>((resolve) => {
    queue.on('error', (err) => {
      deps.logger.debug({ err, queue: queue.name }, 'a job queue went deaf and is listened to anew');
      resolve();
    });
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  try {
    await Promise.race([queue.ready(), broken]);
    if (signal.aborted) return;
    queue.process((job) => handle(job.data));
    // A job taken by a process that died is handled again.
    queue.checkStalledJobs(stallIntervalMs).catch(() => undefined); // It emits `error` as well.
    await broken;
  } finally {
    await closeQueue(deps, queue);
  }
}

async function closeQueue({ logger }: Deps, queue: Pick<Queue, 'name' | 'close'>): Promise<void> {
  await queue
    .close(closeTimeoutMs)
    .catch((err: unknown) => logger.debug({ err, queue: queue.name }, 'a job queue did not close'));
}
