import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Task, TaskStatus } from '../../ground/db/models/task.ts';
import { streamKey } from '../../ground/redis/redisKeys.ts';
import { createQueuedTask, createUser } from '../../testing/db/factories.ts';
import {
  collectEvents,
  createEventProcess,
  type EventProcess,
  type RunningRelay,
  startRelay,
} from '../../testing/events.ts';
import { eventually } from '../../testing/eventually.ts';
import { databaseFixture, fixture } from '../../testing/fixture.ts';
import { createTcpProxy } from '../../testing/services/tcpProxy.ts';
import { createTestRedis } from '../../testing/services/testRedis.ts';
import type { EventType } from './event.ts';
import type { LiveEvent } from './liveEvent.ts';
import { recordEvent } from './outbox/recordEvent.ts';
import { presentSeq } from './seq.ts';

const db = databaseFixture();
const redis = fixture(createTestRedis);
let one: EventProcess;
let other: EventProcess;
let relay: RunningRelay;
beforeAll(async () => {
  const config = { database: db.database, redisUrl: redis.url, prefix: redis.prefix };
  one = createEventProcess(config);
  other = createEventProcess(config);
  relay = startRelay({ database: db.database, redis: redis.redis, prefix: redis.prefix });
});
afterAll(async () => {
  await relay[Symbol.asyncDispose]();
  await one[Symbol.asyncDispose]();
  await other[Symbol.asyncDispose]();
});

async function createPerson() {
  const user = await createUser(db.database, 1_000);
  return { stream: { kind: 'user' as const, id: user.id }, userId: user.id };
}
type Person = Awaited<ReturnType<typeof createPerson>>;

const addTask = (person: Person, values: Partial<Task> = {}) =>
  createQueuedTask(db.database, person.userId, values);

/** Moves the task and records the event in one transaction, as the transitions do. */
async function tell(task: Task, type: EventType, status?: TaskStatus): Promise<void> {
  const now = new Date();
  const ended = status === undefined || status === 'running' ? {} : { finishedAt: now };
  await db.database.transaction(async (trx) => {
    if (status === 'running')
      await task.$query(trx).where({ status: 'queued' }).patch({ status: 'assigned' });
    if (status) await task.$query(trx).patch({ status, ...ended });
    await recordEvent(trx, type, task, {}, now);
  });
  relay.relay.wake();
}

const seqOf = (event: LiveEvent | undefined): string => (event?.seq ? presentSeq(event.seq) : '');
const snapshotIds = (event: LiveEvent | undefined): string[] =>
  JSON.parse(event?.body ?? '').data.tasks.map((task: { id: string }) => task.id);

test("two processes deliver a user's events in the same order", async () => {
  const person = await createPerson();
  const task = await addTask(person);
  const [a, b, stranger] = [collectEvents(), collectEvents(), collectEvents()];
  await one.feeds.open(person.stream, { snapshot: false }, a.deliver);
  await other.feeds.open(person.stream, { snapshot: false }, b.deliver);
  await one.feeds.open((await createPerson()).stream, { snapshot: false }, stranger.deliver);
  await tell(task, 'task_created');
  await tell(task, 'task_started', 'running');
  await tell(task, 'task_completed', 'succeeded');
  const expected = ['task_created', 'task_started', 'task_completed'].map((type) => `${type} ${task.id}`);
  await eventually(() => expect([a.facts(), b.facts()]).toEqual([expected, expected]));
  expect(a.events.map((event) => event.body)).toEqual(b.events.map((event) => event.body));
  expect(stranger.events).toEqual([]);
});

test('an event has its seq and what a client needs', async () => {
  const person = await createPerson();
  const task = await addTask(person);
  const received = collectEvents();
  await one.feeds.open(person.stream, { snapshot: false }, received.deliver);
  await tell(task, 'task_completed', 'succeeded');
  await eventually(() => expect(received.events).toHaveLength(1));
  expect(JSON.parse(received.events[0]?.body ?? '')).toEqual({
    type: 'task_completed',
    taskId: task.id,
    userId: person.userId,
    timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
    seq: seqOf(received.events[0]),
    data: { outputs: [], cached: false, cost: 5 },
  });
});

describe('a receiver that comes back', () => {
  test('with a seq gets missed events once, in order, then new ones', async () => {
    const person = await createPerson();
    const task = await addTask(person);
    const before = collectEvents();
    const stop = await one.feeds.open(person.stream, { snapshot: false }, before.deliver);
    await tell(task, 'task_created');
    await eventually(() => expect(before.events).toHaveLength(1));
    stop();
    await tell(task, 'task_started', 'running');
    await tell(task, 'task_completed', 'succeeded');
    await eventually(async () =>
      expect(await redis.redis.xlen(streamKey(redis.prefix, person.stream))).toBe(3),
    );

    const after = collectEvents();
    await other.feeds.open(
      person.stream,
      { lastSeq: seqOf(before.events[0]), snapshot: true },
      after.deliver,
    );
    expect(after.facts()).toEqual([`task_started ${task.id}`, `task_completed ${task.id}`]);
    const next = await addTask(person);
    await tell(next, 'task_created');
    await eventually(() => expect(after.facts()).toHaveLength(3));
    expect(before.events).toHaveLength(1);
  });

  test('after Redis was emptied gets a snapshot instead of missed events', async () => {
    const person = await createPerson();
    const [ended, open, old] = [await addTask(person), await addTask(person), await addTask(person)];
    await old
      .$query(db.database)
      .patch({ status: 'succeeded', finishedAt: new Date(Date.now() - 3_600_000) });
    const before = collectEvents();
    const stop = await one.feeds.open(person.stream, { snapshot: false }, before.deliver);
    await tell(ended, 'task_created');
    await eventually(() => expect(before.events).toHaveLength(1));
    stop();
    await tell(ended, 'task_completed', 'succeeded');
    await eventually(async () =>
      expect(await redis.redis.xlen(streamKey(redis.prefix, person.stream))).toBe(2),
    );
    await redis.empty();
    await tell(open, 'task_started', 'running');
    await eventually(async () =>
      expect(await redis.redis.xlen(streamKey(redis.prefix, person.stream))).toBe(1),
    );

    const after = collectEvents();
    await one.feeds.open(person.stream, { lastSeq: seqOf(before.events[0]), snapshot: false }, after.deliver);
    expect(after.facts()).toEqual(['state_snapshot ']);
    expect(snapshotIds(after.events[0])).toEqual([ended.id, open.id]);
    await tell(open, 'task_completed', 'succeeded');
    await eventually(() => expect(after.facts()).toHaveLength(2));
  });

  test('with a seq older than the stream holds gets a snapshot', async () => {
    const person = await createPerson();
    const task = await addTask(person);
    const before = collectEvents();
    await one.feeds.open(person.stream, { snapshot: false }, before.deliver);
    await tell(task, 'task_created');
    await tell(task, 'task_completed', 'succeeded');
    await eventually(() => expect(before.events).toHaveLength(2));
    await redis.redis.xtrim(streamKey(redis.prefix, person.stream), 'MAXLEN', '=', 1);
    const after = collectEvents();
    await one.feeds.open(person.stream, { lastSeq: seqOf(before.events[0]), snapshot: false }, after.deliver);
    expect(after.facts()).toEqual(['state_snapshot ']);
    expect(snapshotIds(after.events[0])).toEqual([task.id]);
  });

  test.each(['nonsense', '-', '1-1', '9999999999999-1', `${'9'.repeat(40)}-0`])(
    'with the unknown seq %j gets a snapshot',
    async (lastSeq) => {
      const person = await createPerson();
      const task = await addTask(person);
      const received = collectEvents();
      await one.feeds.open(person.stream, { lastSeq, snapshot: false }, received.deliver);
      expect(snapshotIds(received.events[0])).toEqual([task.id]);
    },
  );

  test("gets a task's end although its event still waits for publication", async () => {
    const person = await createPerson();
    const task = await addTask(person);
    const endedAt = new Date(Date.now() - 1_800_000);
    await task.$query(db.database).patch({ status: 'succeeded', finishedAt: endedAt });
    await using holdUp = await holdUpRelay();
    await recordEventAt(task, endedAt);
    const received = collectEvents();
    await one.feeds.open(person.stream, { snapshot: true }, received.deliver);
    expect(snapshotIds(received.events[0])).toEqual([task.id]);
    await holdUp[Symbol.asyncDispose]();
    relay.relay.wake();
    await eventually(() =>
      expect(received.facts()).toEqual(['state_snapshot ', `task_completed ${task.id}`]),
    );
  });
});

const recordEventAt = (task: Task, at: Date) =>
  db.database.transaction((trx) => recordEvent(trx, 'task_completed', task, {}, at));

/** Takes the relay's lease, as a relay that hangs would. */
async function holdUpRelay(): Promise<AsyncDisposable> {
  const key = `${redis.prefix}relay`;
  await redis.redis.set(key, 'a relay that hangs');
  return {
    async [Symbol.asyncDispose]() {
      await redis.redis.del(key);
    },
  };
}

test('a snapshot of many tasks comes in pages, each task once', async () => {
  const person = await createPerson();
  const ids: string[] = [];
  for (let n = 0; n < 120; n++) ids.push((await addTask(person)).id);
  const received = collectEvents();
  await one.feeds.open(person.stream, { snapshot: true }, received.deliver);
  expect(received.events.map((event) => snapshotIds(event).length)).toEqual([100, 20]);
  expect(received.events.flatMap(snapshotIds).toSorted()).toEqual(ids.toSorted());
});

test('a receiver of one task gets its state, then only its events', async () => {
  const person = await createPerson();
  const [task, another] = [await addTask(person), await addTask(person)];
  await task.$query(db.database).patch({ status: 'succeeded', finishedAt: new Date(0) });
  const received = collectEvents();
  await one.feeds.open(person.stream, { snapshot: true, taskId: task.id }, received.deliver);
  expect(snapshotIds(received.events[0])).toEqual([task.id]);
  await tell(another, 'task_started');
  await tell(task, 'task_completed');
  await eventually(() =>
    expect(received.facts()).toEqual([`state_snapshot ${task.id}`, `task_completed ${task.id}`]),
  );
});

test("a key's stream carries the events of its tasks, with their users", async () => {
  const [ann, bob] = [await createPerson(), await createPerson()];
  const tasks = [await addTask(ann, { apiKeyId: 'botbotbo' }), await addTask(bob, { apiKeyId: 'botbotbo' })];
  const own = await addTask(ann);
  const received = collectEvents();
  await one.feeds.open({ kind: 'key', id: 'botbotbo' }, { snapshot: true }, received.deliver);
  expect(received.events.map(snapshotIds)).toEqual(tasks.map((task) => [task.id]));
  for (const task of [own, ...tasks]) await tell(task, 'task_started', 'running');
  await eventually(() => expect(received.facts()).toHaveLength(4));
  const events = received.events.map((event) => JSON.parse(event.body));
  expect(events.map((event) => event.userId)).toEqual([ann.userId, bob.userId, ann.userId, bob.userId]);
});

describe('a process that loses Redis', () => {
  test.each(['with its data', 'without its data'])('%s misses no terminal event', async (loss) => {
    await using proxy = await createTcpProxy(redis.url);
    await using process = createEventProcess({
      database: db.database,
      redisUrl: proxy.url,
      prefix: redis.prefix,
    });
    const person = await createPerson();
    const [first, second] = [await addTask(person), await addTask(person)];
    const received = collectEvents();
    await process.feeds.open(person.stream, { snapshot: false }, received.deliver);
    await tell(first, 'task_started', 'running');
    await eventually(() => expect(received.facts()).toHaveLength(1));

    await proxy.cut();
    await tell(first, 'task_completed', 'succeeded');
    await eventually(async () =>
      expect(await redis.redis.xlen(streamKey(redis.prefix, person.stream))).toBe(2),
    );
    if (loss === 'without its data') await redis.empty();
    await proxy.restore();
    await eventually(() => expect(received.facts()).toHaveLength(2));
    if (loss === 'with its data') expect(received.facts()[1]).toBe(`task_completed ${first.id}`);
    else expect(snapshotIds(received.events[1])).toContain(first.id);

    await tell(second, 'task_failed', 'failed');
    await eventually(() => expect(received.facts().at(-1)).toBe(`task_failed ${second.id}`));
  });

  test('still answers a newcomer with a snapshot from the database', async () => {
    await using proxy = await createTcpProxy(redis.url);
    await using process = createEventProcess({
      database: db.database,
      redisUrl: proxy.url,
      prefix: redis.prefix,
    });
    const person = await createPerson();
    const task = await addTask(person);
    await process.redis.ping();
    await proxy.cut();
    const received = collectEvents();
    await process.feeds.open(person.stream, { snapshot: true }, received.deliver);
    expect(snapshotIds(received.events[0])).toEqual([task.id]);
    await proxy.restore();
    await eventually(() => expect(received.facts().length).toBeGreaterThan(1));
    await tell(task, 'task_completed', 'succeeded');
    await eventually(() => expect(received.facts().at(-1)).toBe(`task_completed ${task.id}`));
  });
});
