import pino from 'pino';
import type { Database } from '../ground/db/connect.ts';
import { Task } from '../ground/db/models/task.ts';
import { createRedis, type Redis } from '../ground/redis/createRedis.ts';
import { createSubscriber, type Subscriber } from '../ground/redis/subscriber.ts';
import { systemClock } from '../ground/runtime/clock.ts';
import { createEventFeeds, type EventFeeds } from '../work/events/eventFeeds.ts';
import { createEventReader } from '../work/events/eventReader.ts';
import type { LiveEvent } from '../work/events/liveEvent.ts';
import { createRelay, type Relay, type RelayDeps } from '../work/events/outbox/relay.ts';
import type { PresentTasks } from '../work/events/taskPresenter.ts';

export const silentLog = pino({ level: 'silent' });

/** Tasks from their rows: enough for events, without storage. */
export const presentRows =
  (database: Database): PresentTasks =>
  async (taskIds) => {
    const rows = await Task.query(database).findByIds([...taskIds]);
    return new Map(
      rows.map(({ id, status, cached, cost, error }) => [
        id,
        { id, status, outputs: [], cached, cost, ...(error ? { error } : {}) },
      ]),
    );
  };

export interface EventProcess extends AsyncDisposable {
  redis: Redis;
  subscriber: Subscriber;
  feeds: EventFeeds;
}

/** The event part of an API process: its own connections, subscriber and feeds. */
export function createEventProcess(config: {
  database: Database;
  redisUrl: string;
  prefix: string;
  presentTasks?: PresentTasks;
}): EventProcess {
  const { database, redisUrl, prefix } = config;
  const redis = createRedis({ url: redisUrl });
  const subscriber = createSubscriber({ url: redisUrl });
  const clock = systemClock;
  const presentTasks = config.presentTasks ?? presentRows(database);
  const reader = createEventReader({ redis, database, clock, prefix, presentTasks });
  const feeds = createEventFeeds({ subscriber, reader, clock, prefix, log: silentLog });
  return {
    redis,
    subscriber,
    feeds,
    async [Symbol.asyncDispose]() {
      feeds.close();
      subscriber.close();
      redis.disconnect();
    },
  };
}

export interface RunningRelay extends AsyncDisposable {
  relay: Relay;
}

/** A relay that runs until it is disposed of. */
export function startRelay(
  deps: Pick<RelayDeps, 'database' | 'redis' | 'prefix'> & Partial<RelayDeps>,
): RunningRelay {
  const stop = new AbortController();
  const relay = createRelay({
    clock: systemClock,
    log: silentLog,
    links: 'test',
    presentTasks: presentRows(deps.database),
    ...deps,
  });
  const running = relay.run(stop.signal);
  return {
    relay,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await running;
    },
  };
}

interface Received {
  events: LiveEvent[];
  deliver: (event: LiveEvent) => void;
  /** Type and task of the received events, without progress. */
  facts(): string[];
}

/** Collects what a feed delivers. */
export function collectEvents(): Received {
  const events: LiveEvent[] = [];
  return {
    events,
    deliver: (event) => events.push(event),
    facts: () => events.filter((event) => event.seq).map((event) => `${event.type} ${event.taskId}`),
  };
}
