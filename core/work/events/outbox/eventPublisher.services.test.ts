import { beforeEach, expect, test } from 'vitest';
import { OutboxEvent } from '../../../ground/db/models/outboxEvent.ts';
import { sendPacket } from '../../../ground/db/packet.ts';
import { createRedis } from '../../../ground/redis/createRedis.ts';
import { linksKey, streamKey, toldKey } from '../../../ground/redis/redisKeys.ts';
import { systemClock } from '../../../ground/runtime/clock.ts';
import { newId } from '../../../ground/runtime/ids.ts';
import { createQueuedTask, createUser } from '../../../testing/db/factories.ts';
import { presentRows, silentLog, startRelay } from '../../../testing/events.ts';
import { eventually } from '../../../testing/eventually.ts';
import { databaseFixture, fixture } from '../../../testing/fixture.ts';
import { createTcpProxy } from '../../../testing/services/tcpProxy.ts';
import { createTestRedis } from '../../../testing/services/testRedis.ts';
import type { EventType } from '../event.ts';
import {
  commitAndPublish,
  type EventPublisher,
  type EventSubject,
  type Recording,
} from './commitAndPublish.ts';
import { createEventPublisher } from './eventPublisher.ts';
import { publishEvents } from './publishEvents.ts';
import { recordEvent, recordEvents } from './recordEvent.ts';

const db = databaseFixture();
const redis = fixture(createTestRedis);
beforeEach(async () => {
  await OutboxEvent.query(db.database).delete();
  await redis.redis.del(linksKey(redis.prefix));
});

const task = () => ({ id: newId(), userId: newId(), apiKeyId: null });

/** @returns what it was told to send. */
function createPublisher(client = redis.redis, links = 'test'): EventPublisher & { woken: string[] } {
  const woken: string[] = [];
  const deps = { redis: client, clock: systemClock, prefix: redis.prefix, log: silentLog };
  const wakeSignals = { send: (what: string) => void woken.push(what) };
  const present = async ({ task: { id, status, cached, cost }, outputs }: EventSubject) => {
    return { id, status, cached, cost, outputs };
  };
  return { ...createEventPublisher({ ...deps, wakeSignals, links, present }), woken };
}

const record = (publisher: EventPublisher, one: ReturnType<typeof task>, ...types: EventType[]) =>
  commitAndPublish({ database: db.database, publisher }, async (trx) => {
    for (const type of types) await recordEvent(trx, type, one, {}, new Date());
  });

/** Keeps what it should publish: a process that froze after its commit. */
function createFrozenPublisher(): EventPublisher & { kept: Recording[] } {
  const kept: Recording[] = [];
  return { kept, publish: (recording) => kept.push(recording) };
}

async function streamed(userId: string): Promise<string[]> {
  const entries = await redis.redis.xrange(streamKey(redis.prefix, { kind: 'user', id: userId }), '-', '+');
  return entries.map(([, [, entry]]) => JSON.parse(entry ?? '').type);
}

const unsent = async () => Number(await OutboxEvent.query(db.database).whereNull('sentAt').resultSize());

test('an event is published without a relay, under its number', async () => {
  const one = task();
  await record(createPublisher(), one, 'task_queued', 'task_started');
  await eventually(async () => expect(await streamed(one.userId)).toEqual(['task_queued', 'task_started']));
  const last = await OutboxEvent.query(db.database).orderBy('id', 'desc').first();
  expect(await redis.redis.get(toldKey(redis.prefix, one.id))).toBe(String(last?.id));
  expect(await unsent()).toBe(2);
});

test('a stream lives a day longer with the first event of each hour', async () => {
  const one = task();
  const stream = { kind: 'user', id: one.userId } as const;
  const publish = async (id: number, createdAt: string) => {
    const deps = { redis: redis.redis, clock: systemClock, prefix: redis.prefix };
    const row = { id, taskId: one.id, userId: one.userId, apiKeyId: null, type: 'task_started' } as const;
    const dated = { ...row, data: {}, createdAt: new Date(createdAt) };
    expect(await publishEvents(deps, [{ row: dated, json: '{}' }], {})).toBe('published');
    return redis.redis.pttl(streamKey(redis.prefix, stream));
  };
  const dayMs = 24 * 3_600_000;
  expect(await publish(1, '2026-11-30T10:10:00Z')).toBeGreaterThan(dayMs);
  await redis.redis.pexpire(streamKey(redis.prefix, stream), 60_000);
  expect(await publish(2, '2026-11-30T10:50:00Z')).toBeLessThanOrEqual(60_000);
  expect(await publish(3, '2026-11-30T11:00:00Z')).toBeGreaterThan(dayMs);
});

test('the relay marks what was published, and publishes it no more', async () => {
  const [one, other] = [task(), task()];
  await record(createPublisher(), one, 'task_queued', 'task_started');
  await record(createFrozenPublisher(), other, 'task_queued');
  await eventually(async () => expect(await streamed(one.userId)).toHaveLength(2));
  const presented: string[] = [];
  const presentTasks = (taskIds: readonly string[]) => {
    presented.push(...taskIds);
    return presentRows(db.database)(taskIds);
  };
  await using _running = startRelay({
    database: db.database,
    redis: redis.redis,
    prefix: redis.prefix,
    presentTasks,
  });
  await eventually(async () => expect(await unsent()).toBe(0));
  expect(presented).toEqual([other.id]);
  expect(await streamed(one.userId)).toEqual(['task_queued', 'task_started']);
  expect(await streamed(other.userId)).toEqual(['task_queued']);
});

test('a process that wakes after the relay publishes nothing', async () => {
  const one = task();
  const frozen = createFrozenPublisher();
  await record(frozen, one, 'task_queued');
  {
    await using _running = startRelay({ database: db.database, redis: redis.redis, prefix: redis.prefix });
    await eventually(async () => expect(await unsent()).toBe(0));
  }
  const publisher = createPublisher();
  await record(publisher, one, 'task_started');
  await eventually(async () => expect(await streamed(one.userId)).toHaveLength(2));
  for (const recording of frozen.kept) publisher.publish(recording);
  await record(publisher, one, 'task_started');
  await eventually(async () => expect(await streamed(one.userId)).toHaveLength(3));
  expect(await streamed(one.userId)).toEqual(['task_queued', 'task_started', 'task_started']);
});

test('events whose number Redis forgot are published no second time', async () => {
  const one = task();
  await record(createPublisher(), one, 'task_queued', 'task_started');
  await eventually(async () => expect(await streamed(one.userId)).toHaveLength(2));
  await redis.redis.del(toldKey(redis.prefix, one.id));
  await using _running = startRelay({ database: db.database, redis: redis.redis, prefix: redis.prefix });
  await eventually(async () => expect(await unsent()).toBe(0));
  expect(await streamed(one.userId)).toEqual(['task_queued', 'task_started']);
});

test('an event waits until those before it are published', async () => {
  const one = task();
  await record(createFrozenPublisher(), one, 'task_queued');
  const publisher = createPublisher();
  await record(publisher, one, 'task_started');
  await eventually(() => expect(publisher.woken).toEqual(['outbox']));
  expect(await streamed(one.userId)).toEqual([]);
  await using _running = startRelay({ database: db.database, redis: redis.redis, prefix: redis.prefix });
  await eventually(async () => expect(await unsent()).toBe(0));
  expect(await streamed(one.userId)).toEqual(['task_queued', 'task_started']);
});

test('an event whose task is not at hand is left to the relay', async () => {
  const one = task();
  const publisher = createPublisher();
  await record(publisher, one, 'task_completed');
  await eventually(() => expect(publisher.woken).toEqual(['outbox']));
  expect(await streamed(one.userId)).toEqual([]);
});

test('an event is published only with the links that the relay signs', async () => {
  const one = task();
  const queued = await createQueuedTask(db.database, (await createUser(db.database)).id);
  const asset = { id: newId(), kind: 'output', mime: 'image/png', width: 1, height: 1, bytes: 1 } as const;
  const facts = { durationMs: null, frames: null, thumbnailKey: null, position: 0, favourite: false };
  const output = { ...asset, ...facts, sha256: '0'.repeat(64), storageKey: 'outputs/a.png' };
  const end = (publisher: EventPublisher) =>
    commitAndPublish({ database: db.database, publisher }, async (trx) => {
      const subject = { task: queued, outputs: [output] };
      const event = { type: 'task_completed', data: {} } as const;
      await sendPacket(trx, recordEvents(trx, one, [event], new Date(), subject));
    });
  const same = createPublisher();
  await end(same);
  await eventually(() => expect(same.woken).toEqual(['outbox']));
  expect(await streamed(one.userId)).toEqual([]);
  {
    await using _running = startRelay({ database: db.database, redis: redis.redis, prefix: redis.prefix });
    await eventually(async () => expect(await unsent()).toBe(0));
  }
  expect(await streamed(one.userId)).toHaveLength(1);
  const other = createPublisher(redis.redis, 'others');
  await end(other);
  await eventually(() => expect(other.woken).toEqual(['outbox']));
  expect(await streamed(one.userId)).toHaveLength(1);
  await OutboxEvent.query(db.database).patch({ sentAt: new Date() });
  await end(same);
  await eventually(async () => expect(await streamed(one.userId)).toHaveLength(2));
});

test('an event of a transaction that is rolled back is published nowhere', async () => {
  const one = task();
  const frozen = createFrozenPublisher();
  const move = commitAndPublish({ database: db.database, publisher: frozen }, async (trx) => {
    await recordEvent(trx, 'task_queued', one, {}, new Date());
    throw new Error('given up');
  });
  await expect(move).rejects.toThrow('given up');
  expect(frozen.kept).toEqual([]);
});

test('an event that Redis did not take is published by the relay', async () => {
  await using proxy = await createTcpProxy(redis.url);
  const client = createRedis({ url: proxy.url });
  const one = task();
  try {
    await client.ping();
    await proxy.cut();
    const publisher = createPublisher(client);
    await record(publisher, one, 'task_queued');
    await eventually(() => expect(publisher.woken).toEqual(['outbox']));
  } finally {
    client.disconnect();
  }
  expect(await streamed(one.userId)).toEqual([]);
  await using _running = startRelay({ database: db.database, redis: redis.redis, prefix: redis.prefix });
  await eventually(async () => expect(await unsent()).toBe(0));
  expect(await streamed(one.userId)).toEqual(['task_queued']);
});
