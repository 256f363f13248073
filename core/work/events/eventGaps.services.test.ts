import { describe, expect, test } from 'vitest';
import { OutboxEvent } from '../../ground/db/models/outboxEvent.ts';
import type { Task, TaskStatus } from '../../ground/db/models/task.ts';
import { liveChannel, streamKey } from '../../ground/redis/redisKeys.ts';
import { createQueuedTask, createUser } from '../../testing/db/factories.ts';
import { collectEvents, createEventProcess, presentRows, startRelay } from '../../testing/events.ts';
import { eventually } from '../../testing/eventually.ts';
import { databaseFixture, fixture } from '../../testing/fixture.ts';
import { startOwnRedis } from '../../testing/services/ownRedis.ts';
import { createTcpProxy } from '../../testing/services/tcpProxy.ts';
import { createTestRedis } from '../../testing/services/testRedis.ts';
import type { EventType } from './event.ts';
import type { LiveEvent } from './liveEvent.ts';
import { recordEvent } from './outbox/recordEvent.ts';
import { presentSeq } from './seq.ts';

const db = databaseFixture();
const redis = fixture(createTestRedis);

async function createPerson() {
  const user = await createUser(db.database, 1_000);
  const task = await createQueuedTask(db.database, user.id);
  return { stream: { kind: 'user' as const, id: user.id }, task };
}

async function tell(task: Task, type: EventType, status?: TaskStatus): Promise<void> {
  const now = new Date();
  const ended = status === undefined || status === 'running' ? {} : { finishedAt: now };
  await db.database.transaction(async (trx) => {
    if (status === 'running')
      await task.$query(trx).where({ status: 'queued' }).patch({ status: 'assigned' });
    if (status) await task.$query(trx).patch({ status, ...ended });
    await recordEvent(trx, type, task, {}, now);
  });
}

const areAllSent = () =>
  eventually(async () =>
    expect(Number(await OutboxEvent.query(db.database).whereNull('sentAt').resultSize())).toBe(0),
  );

const statusesOf = (event: LiveEvent | undefined): string[] =>
  JSON.parse(event?.body ?? '').data.tasks.map((task: { status: string }) => task.status);

test('forty feeds lose no event between reconnect and read', async () => {
  await using proxy = await createTcpProxy(redis.url);
  const isRead = Promise.withResolvers<void>();
  const present = presentRows(db.database);
  await using process = createEventProcess({
    database: db.database,
    redisUrl: proxy.url,
    prefix: redis.prefix,
    presentTasks: async (taskIds) => {
      await isRead.promise;
      return present(taskIds);
    },
  });
  await using relay = startRelay({ database: db.database, redis: redis.redis, prefix: redis.prefix });
  const people = await Promise.all(Array.from({ length: 40 }, createPerson));
  const tellAll = async (type: EventType, status?: TaskStatus) => {
    await Promise.all(people.map(({ task }) => tell(task, type, status)));
    relay.relay.wake();
    await areAllSent();
  };
  const received = people.map(() => collectEvents());
  for (const [at, { stream }] of people.entries())
    await process.feeds.open(stream, { snapshot: false }, received[at]?.deliver ?? (() => {}));
  await tellAll('task_created');
  await eventually(() => expect(received.map(({ events }) => events.length)).toEqual(people.map(() => 1)));

  await proxy.cut();
  await tellAll('task_started', 'running');
  await proxy.restore();
  const channels = people.map(({ stream }) => liveChannel(redis.prefix, stream));
  await eventually(async () => {
    const counts = (await redis.redis.pubsub('NUMSUB', ...channels)) as (string | number)[];
    expect(counts.filter((_, at) => at % 2 === 1)).toEqual(people.map(() => 1));
  });
  await tellAll('task_completed', 'succeeded');
  isRead.resolve();

  await eventually(() =>
    expect(received.map((one) => one.facts())).toEqual(
      people.map(({ task }) =>
        ['task_created', 'task_started', 'task_completed'].map((type) => `${type} ${task.id}`),
      ),
    ),
  );
});

describe('a Redis that comes back with a shortened tail', () => {
  test('causes a snapshot for receivers that return and that stayed', async ({ skip }) => {
    await using own = await startOwnRedis();
    if (!own) return skip('the tests use a Redis of another machine');
    const config = { database: db.database, prefix: 'test:' };
    await using proxy = await createTcpProxy(own.url);
    await using staying = createEventProcess({ ...config, redisUrl: proxy.url });
    await using process = createEventProcess({ ...config, redisUrl: own.url });
    await using relay = startRelay({ ...config, redis: process.redis });
    const { stream, task } = await createPerson();
    const [before, stayed] = [collectEvents(), collectEvents()];
    const stop = await process.feeds.open(stream, { snapshot: false }, before.deliver);
    await staying.feeds.open(stream, { snapshot: false }, stayed.deliver);
    await tell(task, 'task_created');
    relay.relay.wake();
    await eventually(() => expect([before.events.length, stayed.events.length]).toEqual([1, 1]));
    await process.redis.save();

    await proxy.cut();
    stop();
    await tell(task, 'task_started', 'running');
    await tell(task, 'task_completed', 'succeeded');
    relay.relay.wake();
    await areAllSent();
    await own.kill();
    await own.start();
    await eventually(async () => expect(await process.redis.xlen(streamKey(config.prefix, stream))).toBe(1));

    const lastSeq = presentSeq(before.events[0]?.seq ?? { ms: 0, n: 0 });
    const after = collectEvents();
    await process.feeds.open(stream, { lastSeq, snapshot: true }, after.deliver);
    await proxy.restore();
    for (const [one, at] of [
      [after, 0],
      [stayed, 1],
    ] as const) {
      await eventually(() => expect(one.facts().length).toBeGreaterThan(at));
      expect(one.facts()[at]).toBe('state_snapshot ');
      expect(statusesOf(one.events[at])).toEqual(['succeeded']);
    }
    expect(stayed.facts()).toHaveLength(2);
  });

  test('and has one old entry again causes a snapshot', async () => {
    const config = { database: db.database, redisUrl: redis.url, prefix: redis.prefix };
    await using process = createEventProcess(config);
    await using relay = startRelay({ ...config, redis: redis.redis });
    const { stream, task } = await createPerson();
    const before = collectEvents();
    const stop = await process.feeds.open(stream, { snapshot: false }, before.deliver);
    await tell(task, 'task_created');
    relay.relay.wake();
    await eventually(() => expect(before.events).toHaveLength(1));
    stop();
    await tell(task, 'task_completed', 'succeeded');
    relay.relay.wake();
    await areAllSent();
    const [first] = await redis.redis.xrange(streamKey(redis.prefix, stream), '-', '+');

    await redis.empty();
    await OutboxEvent.query(db.database)
      .where({ taskId: task.id, type: 'task_created' })
      .patch({ sentAt: null });
    relay.relay.wake();
    await areAllSent();
    const again = await redis.redis.xrange(streamKey(redis.prefix, stream), '-', '+');
    expect(again.map(([id]) => id)).toEqual([first?.[0]]);

    const lastSeq = presentSeq(before.events[0]?.seq ?? { ms: 0, n: 0 });
    const after = collectEvents();
    await process.feeds.open(stream, { lastSeq, snapshot: true }, after.deliver);
    expect(statusesOf(after.events[0])).toEqual(['succeeded']);
  });
});

test('a seq without a mark is replaced by a snapshot', async () => {
  const config = { database: db.database, redisUrl: redis.url, prefix: redis.prefix };
  await using process = createEventProcess(config);
  await using relay = startRelay({ ...config, redis: redis.redis });
  const { stream, task } = await createPerson();
  await tell(task, 'task_created');
  relay.relay.wake();
  await areAllSent();
  const [entry] = await redis.redis.xrange(streamKey(redis.prefix, stream), '-', '+');
  const received = collectEvents();
  await process.feeds.open(stream, { lastSeq: entry?.[0] ?? '', snapshot: false }, received.deliver);
  expect(statusesOf(received.events[0])).toEqual(['queued']);
});

test('a receiver that fails on an event costs no other that event', async () => {
  const config = { database: db.database, redisUrl: redis.url, prefix: redis.prefix };
  await using process = createEventProcess(config);
  await using relay = startRelay({ ...config, redis: redis.redis });
  const { stream, task } = await createPerson();
  const received = collectEvents();
  const fail = () => {
    throw new Error('the socket is broken');
  };
  for (const deliver of [fail, received.deliver])
    await process.feeds.open(stream, { snapshot: false }, deliver);
  await tell(task, 'task_created');
  relay.relay.wake();
  await eventually(() => expect(received.facts()).toEqual([`task_created ${task.id}`]));
});
