import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { newId } from '../ids.ts';
import { createRedis } from '../redis.ts';
import { eventually } from '../testing/eventually.ts';
import { createManualClock } from '../testing/manualClock.ts';
import { createTestRedis, type TestRedis } from '../testing/redis.ts';
import { createTcpProxy } from '../testing/tcpProxy.ts';
import { createRedisBell, listenToBell } from './bell.ts';
import type { Progress } from './event.ts';
import { parseLiveMessage } from './liveMessage.ts';
import { liveChannel } from './names.ts';
import { createProgressBus, createProgressReader, type ProgressSource } from './progressBus.ts';
import { createSubscriber, type Subscriber } from './subscriber.ts';

let redis: TestRedis;
let subscriber: Subscriber;
beforeAll(async () => {
  redis = await createTestRedis();
  subscriber = createSubscriber({ url: redis.url });
});
afterAll(async () => {
  subscriber.close();
  await redis[Symbol.asyncDispose]();
});

const createSource = (values: Partial<ProgressSource> = {}): ProgressSource => ({
  taskId: newId(),
  userId: newId(),
  apiKeyId: null,
  attempt: 1,
  ...values,
});

async function watch(source: ProgressSource) {
  const seen: Progress[] = [];
  await subscriber.subscribe(liveChannel(redis.prefix, { kind: 'user', id: source.userId }), (text) => {
    seen.push(JSON.parse(parseLiveMessage(text)?.json ?? '').data);
  });
  return seen;
}

const createBus = () => {
  const clock = createManualClock();
  const bus = createProgressBus({ redis: redis.redis, prefix: redis.prefix, clock });
  return { clock, bus };
};
const reader = () => createProgressReader({ redis: redis.redis, prefix: redis.prefix });
const preview = { mime: 'image/jpeg', base64: 'AAAA' };

test('sends the first update at once, then at most ten a second, and always the last', async () => {
  const { clock, bus } = createBus();
  const source = createSource();
  const seen = await watch(source);
  for (let percent = 0; percent <= 50; percent++) bus.publish(source, { percent });
  await clock.advance(100);
  for (let percent = 51; percent <= 80; percent++) bus.publish(source, { percent });
  await clock.advance(100);
  await eventually(() => expect(seen.map(({ percent }) => percent)).toEqual([0, 50, 80]));
  await clock.advance(10_000);
  expect(await reader().findProgress([source.taskId])).toEqual(
    new Map([[source.taskId, { percent: 80, attempt: 1 }]]),
  );
  expect(seen).toHaveLength(3);
});

test('never shows a smaller percentage within an attempt, and starts anew with the next', async () => {
  const { clock, bus } = createBus();
  const source = createSource();
  const seen = await watch(source);
  for (const [attempt, percent] of [
    [1, 40],
    [1, 30],
    [2, 5],
    [1, 90],
  ] as const) {
    bus.publish({ ...source, attempt }, { percent });
    await clock.advance(200);
  }
  await eventually(() => expect(seen.map(({ percent }) => percent)).toEqual([40, 40, 5]));
  expect((await reader().findProgress([source.taskId])).get(source.taskId)).toEqual({
    percent: 5,
    attempt: 2,
  });
});

test('shows nothing of a lost attempt once its task waits again', async () => {
  const { clock, bus } = createBus();
  const source = createSource();
  const seen = await watch(source);
  for (const percent of [34, 52]) bus.publish(source, { percent });
  bus.restart(source);
  await clock.advance(200);
  bus.publish(source, { percent: 0, queuePosition: 2 });
  await clock.advance(200);
  await eventually(() => expect(seen).toHaveLength(3));
  expect(seen).toEqual([{ percent: 34 }, { percent: 0 }, { percent: 0, queuePosition: 2 }]);
});

test('shows a place in the queue with 0 %, whatever the attempt had reached', async () => {
  const { clock, bus } = createBus();
  const source = createSource();
  const seen = await watch(source);
  bus.publish(source, { percent: 34 });
  await clock.advance(200);
  bus.publish(source, { percent: 0, queuePosition: 1 });
  await eventually(() => expect(seen.at(-1)).toEqual({ percent: 0, queuePosition: 1 }));
});

test('sends previews only while somebody listens, at most four a second', async () => {
  const { clock, bus } = createBus();
  const [watched, unwatched] = [createSource(), createSource()];
  const seen = await watch(watched);
  // The first question whether somebody listens is answered after the update that raised it.
  for (const source of [watched, unwatched]) bus.publish(source, { percent: 0, preview });
  await eventually(() => expect(seen).toHaveLength(1));
  await redis.redis.ping();
  const published = vi.spyOn(redis.redis, 'pipeline');
  for (let n = 1; n <= 20; n++) {
    for (const source of [watched, unwatched]) bus.publish(source, { percent: n, preview });
    await clock.advance(100);
  }
  await eventually(() => expect(seen.at(-1)?.percent).toBe(20));
  published.mockRestore();
  const shown = seen.filter((progress) => progress.preview);
  expect(shown.length).toBeGreaterThan(0);
  expect(shown.length).toBeLessThanOrEqual(8);
  expect(await redis.redis.get(`${redis.prefix}progress:${watched.taskId}`)).not.toContain('base64');
});

test('drops a preview above 64 KB and keeps the progress it came with', async () => {
  const { clock, bus } = createBus();
  const source = createSource();
  const seen = await watch(source);
  bus.publish(source, { percent: 1 });
  bus.publish(source, { percent: 1, preview });
  await clock.advance(2_000);
  await redis.redis.ping();
  bus.publish(source, { percent: 2, preview: { mime: 'image/png', base64: 'A'.repeat(90_000) } });
  await eventually(() => expect(seen.at(-1)).toEqual({ percent: 2 }));
});

test('without Redis nothing is known, nothing throws and nobody waits', async () => {
  await using proxy = await createTcpProxy(redis.url);
  const client = createRedis({ url: proxy.url, commandTimeoutMs: 300 });
  try {
    await client.ping();
    proxy.freeze();
    const clock = createManualClock();
    const bus = createProgressBus({ redis: client, prefix: redis.prefix, clock });
    const bell = createRedisBell({ redis: client, prefix: redis.prefix });
    bus.publish(createSource(), { percent: 10, preview });
    bell.ring('tasks');
    bell.ringCancel(newId(), newId());
    const frozen = createProgressReader({ redis: client, prefix: redis.prefix });
    expect(await frozen.findProgress([newId()])).toEqual(new Map());
    await expect(client.get('x')).rejects.toThrow();
  } finally {
    client.disconnect();
  }
});

test('a ring is heard by the listeners of its kind in every process', async () => {
  const heard: string[] = [];
  const deps = { subscriber, prefix: redis.prefix };
  const stop = await listenToBell(deps, {
    tasks: () => heard.push('tasks'),
    cancel: (backendId, taskId) => heard.push(`cancel ${backendId} ${taskId}`),
  });
  const outbox = await listenToBell(deps, { outbox: () => heard.push('outbox') });
  const bell = createRedisBell({ redis: redis.redis, prefix: redis.prefix });
  bell.ring('tasks');
  bell.ring('outbox');
  bell.ringCancel('b1', 't1');
  await eventually(() => expect(heard).toEqual(['tasks', 'outbox', 'cancel b1 t1']));
  stop();
  bell.ring('tasks');
  bell.ring('outbox');
  await eventually(() => expect(heard).toHaveLength(4));
  expect(heard.at(-1)).toBe('outbox');
  outbox();
});
