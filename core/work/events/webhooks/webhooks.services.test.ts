import { once } from 'node:events';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { beforeEach, describe, expect, test } from 'vitest';
import { connectDatabase } from '../../../ground/db/connect.ts';
import { WebhookDelivery } from '../../../ground/db/models/operation.ts';
import { OutboxEvent } from '../../../ground/db/models/outboxEvent.ts';
import { systemClock } from '../../../ground/runtime/clock.ts';
import { newId } from '../../../ground/runtime/ids.ts';
import { isPublicAddress } from '../../../ground/runtime/publicAddress.ts';
import { startRelay } from '../../../testing/events.ts';
import { eventually } from '../../../testing/eventually.ts';
import { databaseFixture } from '../../../testing/fixture.ts';
import { createTestRedis } from '../../../testing/services/testRedis.ts';
import {
  addEvents,
  addWebhook,
  createDeliveryDeps,
  enqueue,
  startReceiver,
  webhookSecret,
} from '../../../testing/webhooks.ts';
import { recordEvent } from '../outbox/recordEvent.ts';
import { deliverDue, deliverWebhooks } from './deliverWebhooks.ts';
import { sendWebhook } from './sendWebhook.ts';
import { signWebhook } from './signWebhook.ts';

const db = databaseFixture();
beforeEach(() => WebhookDelivery.query(db.database).delete());

/** Takes requests and never answers. */
async function startSilentReceiver() {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket.resume().on('close', () => sockets.delete(socket)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const hangUp = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}/hook`,
    open: () => sockets.size,
    hangUp,
    [Symbol.asyncDispose]: async () => {
      hangUp();
      server.close();
    },
  };
}

const requireDelivery = async () => {
  const [delivery, ...rest] = await WebhookDelivery.query(db.database);
  expect(rest).toEqual([]);
  if (!delivery) throw new Error('no delivery');
  return delivery;
};

test('signs as the specification has it', () => {
  const id = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
  const message = { id, sentAt: new Date(1_614_265_330_000), body: '{"test": 2432232314}' };
  expect(signWebhook(webhookSecret, message)).toEqual({
    'webhook-id': id,
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
});

test('the relay records each event once for each webhook', async () => {
  await using redis = await createTestRedis();
  await using receiver = await startReceiver();
  const webhook = await addWebhook(db.database, receiver.url);
  await addWebhook(db.database, receiver.url);
  const task = { id: newId(), userId: webhook.userId, apiKeyId: null };
  const deps = createDeliveryDeps(db.database);
  await using running = startRelay({
    database: db.database,
    redis: redis.redis,
    prefix: redis.prefix,
    clock: deps.clock,
  });
  await db.database.transaction(async (trx) => {
    for (const type of ['task_created', 'task_completed'] as const)
      await recordEvent(trx, type, task, {}, new Date());
  });
  running.relay.wake();
  await eventually(async () =>
    expect(await OutboxEvent.query(db.database).whereNull('sentAt').resultSize()).toBe(0),
  );
  const events = await OutboxEvent.query(db.database).where({ taskId: task.id });
  // As after the death of a relay between two of its steps.
  for (let n = 0; n < 2; n++) await enqueue(deps, events);
  const delivery = await requireDelivery();
  expect(delivery.webhookId).toBe(webhook.id);
  expect(await deliverDue(deps)).toBe(1);
  expect(receiver.posts).toHaveLength(1);
  const [post] = receiver.posts;
  expect(JSON.parse(post?.body ?? '')).toMatchObject({ type: 'task_completed', taskId: task.id });
  const message = { id: delivery.id, sentAt: deps.clock.now(), body: post?.body ?? '' };
  expect(post?.headers).toMatchObject(signWebhook(webhookSecret, message));
  expect(await deliverDue(deps)).toBe(0);
});

test('a failing receiver is tried again later, and given up at last', async () => {
  await using receiver = await startReceiver();
  receiver.status = 500;
  const webhook = await addWebhook(db.database, receiver.url);
  const deps = createDeliveryDeps(db.database);
  await enqueue(deps, await addEvents(db.database, webhook.userId, 'task_completed'));
  const waits: number[] = [];
  for (let delivery = await requireDelivery(); !delivery.failedAt; delivery = await requireDelivery()) {
    const waitMs = delivery.dueAt.getTime() - deps.clock.now().getTime();
    waits.push(waitMs);
    await deps.clock.advance(Math.max(0, waitMs - 1));
    if (waitMs > 0) expect(await deliverDue(deps)).toBe(0);
    await deps.clock.advance(1);
    expect(await deliverDue(deps)).toBe(1);
  }
  expect(waits).toEqual(waits.toSorted((a, b) => a - b));
  expect(receiver.posts).toHaveLength(9);
  expect(new Set(receiver.posts.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  await deps.clock.advance(7 * 24 * 3_600_000);
  expect(await deliverDue(deps)).toBe(0);
});

test('a receiver that is gone is never tried again', async () => {
  await using receiver = await startReceiver();
  receiver.status = 410;
  const webhook = await addWebhook(db.database, receiver.url);
  const deps = createDeliveryDeps(db.database);
  await enqueue(deps, await addEvents(db.database, webhook.userId, 'task_completed'));
  await deliverDue(deps);
  expect((await requireDelivery()).failedAt).not.toBeNull();
  await enqueue(deps, await addEvents(db.database, webhook.userId, 'task_failed'));
  await requireDelivery();
  expect(receiver.posts).toHaveLength(1);
});

test('a process posts nothing that another one is posting or about to claim', async () => {
  await using receiver = await startReceiver();
  const webhook = await addWebhook(db.database, receiver.url);
  const deps = createDeliveryDeps(db.database);
  const otherDatabase = connectDatabase({ url: db.url, poolSize: 2 });
  await using _ = { [Symbol.asyncDispose]: () => otherDatabase.destroy() };
  const other = { ...deps, database: otherDatabase };
  await enqueue(deps, await addEvents(db.database, webhook.userId, 'task_completed'));
  const claiming = await db.database.transaction();
  await claiming(WebhookDelivery.tableName).forUpdate();
  expect(await deliverDue(other)).toBe(0);
  await claiming.rollback();

  const answer = Promise.withResolvers<void>();
  receiver.mayAnswer = answer.promise;
  const first = deliverDue(deps);
  await eventually(() => expect(receiver.posts).toHaveLength(1));
  // Only the first post waits: one that comes all the same is answered at once.
  receiver.mayAnswer = Promise.resolve();
  expect(await deliverDue(other)).toBe(0);
  answer.resolve();
  expect(await first).toBe(1);
  expect(receiver.posts).toHaveLength(1);
  expect(await requireDelivery()).toMatchObject({ tries: 1, deliveredAt: deps.clock.now() });
});

test('two processes deliver each event once, and take over dead claims', async () => {
  await using receiver = await startReceiver();
  const webhook = await addWebhook(db.database, receiver.url);
  const deps = createDeliveryDeps(db.database);
  await enqueue(deps, await addEvents(db.database, webhook.userId, 'task_completed', 'task_failed'));
  const tried = await Promise.all([deliverDue(deps), deliverDue(deps)]);
  expect(tried[0] + tried[1]).toBe(2);
  expect(receiver.posts).toHaveLength(2);

  const claimed = { dueAt: new Date(deps.clock.now().getTime() + 60_000), tries: 1, deliveredAt: null };
  await WebhookDelivery.query(db.database).patch(claimed);
  expect(await deliverDue(deps)).toBe(0);
  await deps.clock.advance(60_000);
  expect(await deliverDue(deps)).toBe(2);
});

describe('a receiver that does not answer', () => {
  test('delays no other receiver, and gets four posts at once', async () => {
    await using dead = await startSilentReceiver();
    await using healthy = await startReceiver();
    const [deaf, other] = [
      await addWebhook(db.database, dead.url),
      await addWebhook(db.database, healthy.url),
    ];
    const deps = { ...createDeliveryDeps(db.database), clock: systemClock };
    const types = Array.from({ length: 150 }, () => 'task_completed' as const);
    await enqueue(deps, await addEvents(db.database, deaf.userId, ...types));
    const stop = new AbortController();
    const running = deliverWebhooks(deps, stop.signal);
    await eventually(() => expect(dead.open()).toBe(4));
    await enqueue(deps, await addEvents(db.database, other.userId, 'task_completed', 'task_failed'));
    await eventually(() => expect(healthy.posts).toHaveLength(2));
    expect(dead.open()).toBe(4);
    stop.abort();
    dead.hangUp();
    await running;
  });

  test('delays the rest of its deliveries, without counting a try', async () => {
    await using receiver = await startReceiver();
    const webhook = await addWebhook(db.database, receiver.url);
    await receiver[Symbol.asyncDispose]();
    const deps = createDeliveryDeps(db.database);
    const types = Array.from({ length: 6 }, () => 'task_completed' as const);
    await enqueue(deps, await addEvents(db.database, webhook.userId, ...types));
    expect(await deliverDue(deps)).toBe(4);
    expect(await deliverDue(deps)).toBe(0);
    const tries = (await WebhookDelivery.query(db.database)).map((delivery) => delivery.tries);
    expect(tries.toSorted()).toEqual([0, 0, 1, 1, 1, 1]);
    await deps.clock.advance(5_000);
    expect(await deliverDue(deps)).toBe(4);
  });
});

test('while nothing is due, a round is one statement, and an event is then delivered', async () => {
  await using receiver = await startReceiver();
  const webhook = await addWebhook(db.database, receiver.url);
  const deps = createDeliveryDeps(db.database);
  await db.database('webhook_events').delete();
  const statements: string[] = [];
  const note = ({ sql }: { sql: string }) => void statements.push(sql);
  const stop = new AbortController();
  db.database.on('query', note);
  const running = deliverWebhooks(deps, stop.signal);
  await eventually(async () => {
    await deps.clock.advance(1_000);
    expect(statements.length).toBeGreaterThanOrEqual(4);
  });
  db.database.off('query', note);
  expect(new Set(statements.map((sql) => sql.slice(0, 13)))).toEqual(new Set(['SELECT EXISTS']));
  await enqueue(deps, await addEvents(db.database, webhook.userId, 'task_completed'));
  await eventually(async () => {
    await deps.clock.advance(5_000);
    expect(receiver.posts).toHaveLength(1);
  });
  stop.abort();
  await running;
});

describe('nothing is sent into a network', () => {
  test.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.31.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '255.255.255.255',
    '224.0.0.1',
    '::1',
    '::',
    'fe80::1',
    'fd00:ec2::254',
    '::ffff:127.0.0.1',
    '::ffff:a9fe:a9fe',
    '64:ff9b::7f00:1',
    '::ffff:0:7f00:1',
    '168.63.129.16',
    '2002:7f00:1::',
    'ff02::1',
  ])('%s is not public', (address) => expect(isPublicAddress(address)).toBe(false));

  test.each(['93.184.215.14', '172.32.0.1', '100.128.0.1', '2606:2800:21f:cb07:6820:80da:af6b:8b2c'])(
    '%s is public',
    (address) => expect(isPublicAddress(address)).toBe(true),
  );

  test.each(['http://localhost', 'http://127.0.0.1', 'http://[::1]', 'http://2130706433', 'http://0x7f.1'])(
    '%s is refused before a connection is made',
    async (origin) => {
      await using receiver = await startReceiver();
      const url = `${origin}:${new URL(receiver.url).port}/hook`;
      const post = { url, headers: {}, body: '{}' };
      await expect(sendWebhook({ isAllowedAddress: isPublicAddress }, post)).rejects.toThrow(
        'public internet',
      );
      expect(receiver.posts).toEqual([]);
    },
  );

  test('a redirect is an answer and not followed', async () => {
    await using target = await startReceiver();
    await using receiver = await startReceiver();
    receiver.status = 307;
    receiver.headers = { location: target.url };
    const post = { url: receiver.url, headers: {}, body: '{}' };
    expect(await sendWebhook({ isAllowedAddress: () => true }, post)).toBe(307);
    expect(target.posts).toEqual([]);
  });
});
