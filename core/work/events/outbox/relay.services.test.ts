import pino from 'pino';
import { beforeEach, expect, test, vi } from 'vitest';
import { WebhookEvent } from '../../../ground/db/models/operation.ts';
import { OutboxEvent } from '../../../ground/db/models/outboxEvent.ts';
import { createRedis } from '../../../ground/redis/createRedis.ts';
import { streamKey } from '../../../ground/redis/redisKeys.ts';
import { newId } from '../../../ground/runtime/ids.ts';
import { startRelay } from '../../../testing/events.ts';
import { eventually } from '../../../testing/eventually.ts';
import { databaseFixture, fixture } from '../../../testing/fixture.ts';
import { createManualClock } from '../../../testing/manualClock.ts';
import { createTcpProxy } from '../../../testing/services/tcpProxy.ts';
import { createTestRedis } from '../../../testing/services/testRedis.ts';
import { addWebhook } from '../../../testing/webhooks.ts';
import type { EventType } from '../event.ts';
import { relayLeaseLosses } from '../metrics.ts';
import { recordEvent } from './recordEvent.ts';

const db = databaseFixture();
const redis = fixture(createTestRedis);
beforeEach(() => OutboxEvent.query(db.database).delete());

const deps = () => ({ database: db.database, redis: redis.redis, prefix: redis.prefix });

async function record(task: { id: string; userId: string; apiKeyId?: string | null }, ...types: EventType[]) {
  for (const type of types) {
    await db.database.transaction((trx) =>
      recordEvent(trx, type, { apiKeyId: null, ...task }, {}, new Date()),
    );
  }
}

const unsent = async () => Number(await OutboxEvent.query(db.database).whereNull('sentAt').resultSize());

async function streamed(stream: { kind: 'user' | 'key'; id: string }): Promise<string[]> {
  const entries = await redis.redis.xrange(streamKey(redis.prefix, stream), '-', '+');
  return entries.map(([, [, entry]]) => {
    const { type, taskId } = JSON.parse(entry ?? '');
    return `${type} ${taskId}`;
  });
}

test("publishes events in order to their user's stream, and marks them sent", async () => {
  const [task, other] = [
    { id: newId(), userId: newId() },
    { id: newId(), userId: newId() },
  ];
  await record(task, 'task_created', 'task_queued');
  await record(other, 'task_created');
  await record(task, 'task_started', 'task_completed');
  await using running = startRelay(deps());
  running.relay.wake();
  await eventually(async () => expect(await unsent()).toBe(0));
  const types = ['task_created', 'task_queued', 'task_started', 'task_completed'];
  expect(await streamed({ kind: 'user', id: task.userId })).toEqual(
    types.map((type) => `${type} ${task.id}`),
  );
  expect(await streamed({ kind: 'user', id: other.userId })).toEqual([`task_created ${other.id}`]);
});

test("publishes a key's event to the stream of the key too", async () => {
  const task = { id: newId(), userId: newId(), apiKeyId: 'abcdefgh' };
  await record(task, 'task_created');
  await using running = startRelay(deps());
  running.relay.wake();
  await eventually(async () => expect(await unsent()).toBe(0));
  expect(await streamed({ kind: 'key', id: 'abcdefgh' })).toEqual([`task_created ${task.id}`]);
  expect(await streamed({ kind: 'user', id: task.userId })).toEqual([`task_created ${task.id}`]);
});

test('an outbox longer than a batch is published at one wake-up', async () => {
  const task = { id: newId(), userId: newId(), apiKeyId: null };
  await db.database('outbox').insert(
    Array.from({ length: 250 }, () => ({
      type: 'task_queued',
      taskId: task.id,
      userId: task.userId,
      data: '{}',
      createdAt: new Date(),
    })),
  );
  await using running = startRelay(deps());
  running.relay.wake();
  await eventually(async () => expect(await unsent()).toBe(0));
  expect(await streamed({ kind: 'user', id: task.userId })).toHaveLength(250);
});

test('one of several relays publishes at a time, and another takes over', async () => {
  const task = { id: newId(), userId: newId() };
  // It ends by itself later than any machine stands still.
  await using first = startRelay({ ...deps(), leaseMs: 3_600_000 });
  await record(task, 'task_created');
  first.relay.wake();
  await eventually(async () => expect(await unsent()).toBe(0));
  const holder = await redis.redis.get(`${redis.prefix}relay`);
  await using second = startRelay(deps());
  second.relay.wake();
  await record(task, 'task_queued');
  first.relay.wake();
  second.relay.wake();
  await eventually(async () => expect(await unsent()).toBe(0));
  expect(await redis.redis.get(`${redis.prefix}relay`)).toBe(holder);

  await first[Symbol.asyncDispose]();
  await record(task, 'task_started');
  second.relay.wake();
  await eventually(async () => expect(await unsent()).toBe(0));
  expect(await redis.redis.get(`${redis.prefix}relay`)).not.toBe(holder);
  expect(await streamed({ kind: 'user', id: task.userId })).toHaveLength(3);
});

test('a relay that dies before marking loses and duplicates no event', async () => {
  const task = { id: newId(), userId: newId() };
  await record(task, 'task_created', 'task_completed');
  await db.database.raw(
    `CREATE TRIGGER refuse_marking BEFORE UPDATE ON outbox FOR EACH ROW SIGNAL SQLSTATE '45000'`,
  );
  try {
    await using dying = startRelay(deps());
    dying.relay.wake();
    await eventually(async () => expect(await streamed({ kind: 'user', id: task.userId })).toHaveLength(2));
    expect(await unsent()).toBe(2);
  } finally {
    await db.database.raw('DROP TRIGGER refuse_marking');
  }
  await using next = startRelay(deps());
  next.relay.wake();
  await eventually(async () => expect(await unsent()).toBe(0));
  expect(await streamed({ kind: 'user', id: task.userId })).toEqual([
    `task_created ${task.id}`,
    `task_completed ${task.id}`,
  ]);
});

test('events stay in the outbox while Redis is away', async () => {
  await using proxy = await createTcpProxy(redis.url);
  const client = createRedis({ url: proxy.url });
  const task = { id: newId(), userId: newId() };
  try {
    await client.ping();
    await using running = startRelay({ ...deps(), redis: client });
    await proxy.cut();
    await record(task, 'task_created', 'task_failed');
    running.relay.wake();
    await expect(client.ping()).rejects.toThrow();
    expect(await unsent()).toBe(2);
    expect(await streamed({ kind: 'user', id: task.userId })).toEqual([]);
    await proxy.restore();
    await eventually(async () => expect(await unsent()).toBe(0));
    expect(await streamed({ kind: 'user', id: task.userId })).toHaveLength(2);
  } finally {
    client.disconnect();
  }
});

test('a batch that takes several leases to read is published', async () => {
  const task = { id: newId(), userId: newId() };
  const leaseMs = 60_000;
  const leaseKey = `${redis.prefix}relay`;
  const clock = createManualClock();
  let batches = 0;
  const presentSlowly = async () => {
    batches += 1;
    for (let thirds = 0; thirds < 2; thirds++) {
      // As it is some time later, without a wait: only a renewal makes it longer.
      await redis.redis.pexpire(leaseKey, leaseMs / 2);
      await clock.advance(leaseMs / 3);
      await eventually(async () => expect(await redis.redis.pttl(leaseKey)).toBeGreaterThan(leaseMs / 2));
    }
    return new Map();
  };
  await record(task, 'task_created');
  await using one = startRelay({ ...deps(), clock, leaseMs, presentTasks: presentSlowly });
  await using other = startRelay({ ...deps(), clock, leaseMs, presentTasks: presentSlowly });
  for (const { relay } of [one, other]) relay.wake();
  await eventually(async () => expect(await unsent()).toBe(0));
  expect(batches).toBe(1);
  expect(await streamed({ kind: 'user', id: task.userId })).toEqual([`task_created ${task.id}`]);
});

test('a relay that lost its lease publishes nothing and steps back', async () => {
  const task = { id: newId(), userId: newId() };
  const leaseKey = `${redis.prefix}relay`;
  const log = pino({ level: 'silent' });
  const warned = vi.spyOn(log, 'warn');
  const clock = createManualClock();
  const lossesBefore = (await relayLeaseLosses.get()).values[0]?.value ?? 0;
  let looks = 0;
  await record(task, 'task_created');
  await using running = startRelay({
    ...deps(),
    clock,
    log,
    presentTasks: async () => {
      looks += 1;
      if (looks === 1) await redis.redis.set(leaseKey, 'another');
      return new Map();
    },
  });
  await eventually(() => expect(warned).toHaveBeenCalledOnce());
  expect((await relayLeaseLosses.get()).values[0]?.value).toBe(lossesBefore + 1);
  expect(await streamed({ kind: 'user', id: task.userId })).toEqual([]);
  expect(await unsent()).toBe(1);

  await redis.redis.del(leaseKey);
  running.relay.wake();
  await clock.advance(2_900);
  expect(looks).toBe(1);
  await eventually(async () => {
    await clock.advance(200);
    expect(await unsent()).toBe(0);
  });
  expect(looks).toBe(2);
});

test("an event with the stream's time is not published twice", async () => {
  const task = { id: newId(), userId: newId(), apiKeyId: null };
  await using running = startRelay(deps());
  for (const at of [new Date(5_000), new Date(4_000)])
    await db.database.transaction((trx) => recordEvent(trx, 'task_queued', task, {}, at));
  for (let n = 0; n < 2; n++) {
    running.relay.wake();
    await eventually(async () => expect(await unsent()).toBe(0));
    expect(await streamed({ kind: 'user', id: task.userId })).toHaveLength(2);
    await OutboxEvent.query(db.database).patch({ sentAt: null });
  }
});

test.each([
  ['UPDATE', 'outbox'],
  ['INSERT', 'webhook_events'],
])(
  'an event is marked as sent and left to webhooks together, or neither: no %s of %s',
  async (write, table) => {
    await WebhookEvent.query(db.database).delete();
    const webhook = await addWebhook(db.database, 'https://example.com', ['task_completed']);
    const task = { id: newId(), userId: webhook.userId };
    await db.database.raw(
      `CREATE TRIGGER refuse_one BEFORE ${write} ON ${table} FOR EACH ROW SIGNAL SQLSTATE '45000'`,
    );
    const warned = vi.fn();
    const log = pino({ level: 'warn' }, { write: warned });
    await record(task, 'task_completed');
    await record({ id: newId(), userId: newId() }, 'task_completed');
    await using running = startRelay({ ...deps(), log });
    try {
      await eventually(() => expect(warned).toHaveBeenCalled());
      expect(await WebhookEvent.query(db.database)).toEqual([]);
      expect(await unsent()).toBe(2);
    } finally {
      await db.database.raw('DROP TRIGGER refuse_one');
    }
    running.relay.wake();
    await eventually(async () => expect(await unsent()).toBe(0));
    // The other event is of somebody without webhooks.
    const rows = await OutboxEvent.query(db.database).where({ taskId: task.id });
    expect(await WebhookEvent.query(db.database)).toMatchObject([{ outboxId: rows[0]?.id, failedAt: null }]);
  },
);

test('an event with a slow clock comes after those published before', async () => {
  const task = { id: newId(), userId: newId(), apiKeyId: null };
  await using running = startRelay(deps());
  const at = [new Date(5_000), new Date(5_000), new Date(4_000), new Date(6_000)];
  for (const createdAt of at) {
    await db.database.transaction((trx) => recordEvent(trx, 'task_queued', task, {}, createdAt));
    running.relay.wake();
    await eventually(async () => expect(await unsent()).toBe(0));
  }
  const entries = await redis.redis.xrange(
    streamKey(redis.prefix, { kind: 'user', id: task.userId }),
    '-',
    '+',
  );
  const rows = await OutboxEvent.query(db.database).orderBy('id');
  expect(entries.map(([id]) => id.split('-')[0])).toEqual(['5000', '5000', '5000', '6000']);
  expect(entries.map(([id]) => Number(id.split('-')[1]))).toEqual(rows.map((row) => row.id));
});
