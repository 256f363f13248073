import sharp from 'sharp';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createRedis } from '../../ground/redis/createRedis.ts';
import { liveChannel, progressKey } from '../../ground/redis/redisKeys.ts';
import { createSubscriber, type Subscriber } from '../../ground/redis/subscriber.ts';
import { createWakeSignals, listenToWakeSignals } from '../../ground/redis/wakeSignals.ts';
import { newId } from '../../ground/runtime/ids.ts';
import { silentLog } from '../../testing/events.ts';
import { eventually } from '../../testing/eventually.ts';
import { fixture } from '../../testing/fixture.ts';
import { createManualClock } from '../../testing/manualClock.ts';
import { createTcpProxy } from '../../testing/services/tcpProxy.ts';
import { createTestRedis } from '../../testing/services/testRedis.ts';
import type { Progress } from './event.ts';
import { parseLiveMessage } from './liveMessage.ts';
import { droppedPreviews } from './metrics.ts';
import { createProgressBus, createProgressReader, type ProgressSource } from './progressBus.ts';

const redis = fixture(createTestRedis);
let subscriber: Subscriber;
beforeAll(async () => {
  subscriber = createSubscriber({ url: redis.url });
});
afterAll(async () => {
  subscriber.close();
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

const createBus = (log: Parameters<typeof createProgressBus>[0]['log'] = silentLog) => {
  const clock = createManualClock();
  const bus = createProgressBus({ redis: redis.redis, prefix: redis.prefix, clock, log });
  return { clock, bus };
};
const reader = () => createProgressReader({ redis: redis.redis, prefix: redis.prefix });
const preview = { mime: 'image/jpeg', base64: 'AAAA' };

test('sends the first update at once, ten a second, and the last', async () => {
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

test('shows the price of cancelling only where a cancel is charged', async () => {
  const { clock, bus } = createBus();
  const [charged, free] = [createSource({ chargeable: 50 }), createSource()];
  const [seen, seenFree] = [await watch(charged), await watch(free)];
  for (const percent of [1, 99]) {
    bus.publish(charged, { percent });
    bus.publish(free, { percent });
    await clock.advance(100);
  }
  await eventually(() => expect(seen).toEqual([{ percent: 1 }, { percent: 99, cancelCost: 49 }]));
  await eventually(() => expect(seenFree).toEqual([{ percent: 1 }, { percent: 99 }]));
});

test('never shows a smaller percentage within an attempt', async () => {
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

test('sends nothing more of a task that has its result', async () => {
  const { clock, bus } = createBus();
  const source = createSource();
  const seen = await watch(source);
  for (const percent of [0, 99]) bus.publish(source, { percent });
  bus.end(source.taskId);
  await clock.advance(1_000);
  // Behind what would have been sent.
  bus.publish({ ...source, attempt: 2 }, { percent: 5 });
  await eventually(() => expect(seen.at(-1)).toEqual({ percent: 5 }));
  expect(seen.map(({ percent }) => percent)).toEqual([0, 5]);
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

test('shows a place in the queue with 0 %', async () => {
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
  // The first check for listeners is answered after the update that caused it.
  for (const source of [watched, unwatched]) bus.publish(source, { percent: 0 });
  await eventually(() => expect(seen).toHaveLength(1));
  await redis.redis.ping();
  for (let n = 1; n <= 20; n++) {
    for (const source of [watched, unwatched]) bus.publish(source, { percent: n, preview });
    await clock.advance(100);
  }
  await eventually(() => expect(seen.at(-1)?.percent).toBe(20));
  const shown = seen.filter((progress) => progress.preview);
  expect(shown.length).toBeGreaterThan(0);
  expect(shown.length).toBeLessThanOrEqual(8);
  expect(await redis.redis.get(`${redis.prefix}progress:${watched.taskId}`)).not.toContain('base64');
});

test('sends the first preview of a task that is watched', async () => {
  const { clock, bus } = createBus();
  const source = createSource();
  const seen = await watch(source);
  bus.publish(source, { percent: 0 });
  // Answered in order, so what the bus asked before is answered too.
  await redis.redis.ping();
  await clock.advance(100);
  bus.publish(source, { percent: 10, preview });
  await eventually(() => expect(seen.at(-1)).toMatchObject({ percent: 10, preview }));
});

test('shows a preview that comes before it is known who listens, as soon as it is', async () => {
  const { bus } = createBus();
  const [watched, ended] = [createSource(), createSource()];
  const [seen, ofEnded] = [await watch(watched), await watch(ended)];
  for (const source of [watched, ended]) bus.publish(source, { percent: 10, preview });
  bus.end(ended.taskId);
  await eventually(() => expect(seen).toEqual([{ percent: 10 }, { percent: 10, preview }]));
  expect(ofEnded).toEqual([{ percent: 10 }]);
});

/** As grainy as what a real ComfyUI sends at its default size. */
async function createFrame(seed: number, height = 512): Promise<Progress['preview'] & object> {
  const noise = Buffer.alloc(512 * height * 3);
  for (let at = 0, state = seed; at < noise.length; at++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    noise[at] = 100 + (state >>> 26);
  }
  const raw = { width: 512, height, channels: 3 as const };
  const jpeg = await sharp(noise, { raw }).jpeg({ quality: 95 }).toBuffer();
  return { mime: 'image/jpeg', base64: jpeg.toString('base64') };
}

const bytesOf = (shown: Progress['preview']) => Buffer.from(shown?.base64 ?? '', 'base64');
const droppedFor = async (reason: string) =>
  (await droppedPreviews.get()).values.find(({ labels }) => labels.reason === reason)?.value ?? 0;

/** The first check for listeners is answered after the update that caused it. */
async function publishWatched({ clock, bus }: ReturnType<typeof createBus>, source: ProgressSource) {
  const seen = await watch(source);
  bus.publish(source, { percent: 1 });
  await redis.redis.ping();
  await clock.advance(2_000);
  return seen;
}

test("a preview of ComfyUI's default size is shrunk below 64 KB", async () => {
  const created = createBus();
  const source = createSource();
  const seen = await publishWatched(created, source);
  const frame = await createFrame(1);
  expect(bytesOf(frame).length).toBeGreaterThan(64 * 1024);
  created.bus.publish(source, { percent: 2, preview: frame });
  await eventually(() => expect(seen.at(-1)?.preview).toBeDefined());
  const shown = bytesOf(seen.at(-1)?.preview);
  expect(shown.length).toBeLessThanOrEqual(64 * 1024);
  expect(await sharp(shown).metadata()).toMatchObject({ format: 'jpeg', width: 512, height: 512 });
  expect(seen.at(-1)?.percent).toBe(2);
});

test('of large previews that wait, the latest is shown', async () => {
  const created = createBus();
  const source = createSource();
  const seen = await publishWatched(created, source);
  const frames = await Promise.all([512, 500, 490, 480].map((height, seed) => createFrame(seed, height)));
  for (const [at, frame] of frames.entries()) {
    created.bus.publish(source, { percent: 10 + at, preview: frame });
    await created.clock.advance(300);
  }
  await eventually(async () => {
    const { percent, preview: shown } = seen.at(-1) ?? {};
    expect(percent).toBe(13);
    expect((await sharp(bytesOf(shown)).metadata()).height).toBe(480);
  });
});

test('a preview that cannot be shrunk is logged, and its progress shown', async () => {
  const log = { warn: vi.fn(), debug: vi.fn() };
  const created = createBus(log);
  const source = createSource();
  const seen = await publishWatched(created, source);
  const before = await droppedFor('unreadable');
  for (const percent of [2, 3]) {
    created.bus.publish(source, { percent, preview: { mime: 'image/png', base64: 'A'.repeat(90_000) } });
    await created.clock.advance(300);
  }
  await eventually(() => expect(seen.at(-1)).toEqual({ percent: 3 }));
  await eventually(async () => expect(await droppedFor('unreadable')).toBe(before + 2));
  expect(log.warn).toHaveBeenCalledOnce();
  expect(log.warn.mock.calls[0]?.[0]).toMatchObject({ taskId: source.taskId, bytes: 67_500 });
  expect(log.debug).toHaveBeenCalledOnce();
});

test('without Redis nothing is known, nothing throws and nobody waits', async () => {
  await using proxy = await createTcpProxy(redis.url);
  const client = createRedis({ url: proxy.url, commandTimeoutMs: 300 });
  try {
    await eventually(() => client.ping());
    proxy.freeze();
    const clock = createManualClock();
    const bus = createProgressBus({ redis: client, prefix: redis.prefix, clock, log: silentLog });
    const wakeSignals = createWakeSignals({ redis: client, prefix: redis.prefix });
    bus.publish(createSource(), { percent: 10, preview });
    wakeSignals.send('tasks');
    wakeSignals.sendCancel(newId(), newId());
    const frozen = createProgressReader({ redis: client, prefix: redis.prefix });
    expect(await frozen.findProgress([newId()])).toEqual(new Map());
    await expect(client.get('x')).rejects.toThrow();
  } finally {
    client.disconnect();
  }
});

test('a record of another version hides no other task', async () => {
  const [known, strange, broken] = [newId(), newId(), newId()];
  const record = { percent: 5, attempt: 1 };
  await redis.redis.set(progressKey(redis.prefix, known), JSON.stringify(record));
  await redis.redis.set(progressKey(redis.prefix, strange), JSON.stringify({ share: 0.05 }));
  await redis.redis.set(progressKey(redis.prefix, broken), '{');
  expect(await reader().findProgress([strange, broken, known])).toEqual(new Map([[known, record]]));
});

test('a wake-up reaches the listeners of its kind in every process', async () => {
  const heard: string[] = [];
  const deps = { subscriber, prefix: redis.prefix };
  const stop = await listenToWakeSignals(deps, {
    tasks: () => heard.push('tasks'),
    cancel: (backendId, taskId) => heard.push(`cancel ${backendId} ${taskId}`),
  });
  const outbox = await listenToWakeSignals(deps, { outbox: () => heard.push('outbox') });
  const wakeSignals = createWakeSignals({ redis: redis.redis, prefix: redis.prefix });
  wakeSignals.send('tasks');
  wakeSignals.send('outbox');
  wakeSignals.sendCancel('b1', 't1');
  await eventually(() => expect(heard).toEqual(['tasks', 'outbox', 'cancel b1 t1']));
  stop();
  wakeSignals.send('tasks');
  wakeSignals.send('outbox');
  await eventually(() => expect(heard).toHaveLength(4));
  expect(heard.at(-1)).toBe('outbox');
  outbox();
});
