import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startOwnRedis } from '../../testing/services/ownRedis.ts';
import { type RedisSet, startRedisSet } from '../../testing/services/redisSet.ts';
import { createTcpProxy } from '../../testing/services/tcpProxy.ts';
import { systemClock } from '../runtime/clock.ts';
import { createRedis } from './createRedis.ts';
import { createJobQueues } from './jobQueues.ts';
import { createSubscriber } from './subscriber.ts';

const longestMs = 180_000;

/** On a busy machine Sentinels may need a second vote. */
const eventually = <T>(check: () => Promise<T>): Promise<T> =>
  vi.waitFor(check, { timeout: 80_000, interval: 20 });

let parts: AsyncDisposableStack;
beforeEach(() => {
  parts = new AsyncDisposableStack();
});
afterEach(() => parts.disposeAsync());

/** Redis may be in a container, whose program is not here. */
async function useSet(skip: () => never): Promise<RedisSet> {
  return parts.use((await startRedisSet()) ?? skip());
}

test.for(['kill', 'pause'] as const)(
  'after a %s of the master, commands, messages and jobs reach the next',
  { timeout: longestMs },
  async (how, { skip }) => {
    const set = await useSet(skip);
    const redis = parts.adopt(createRedis({ url: set.url }), (it) => it.disconnect());
    const subscriber = parts.adopt(createSubscriber({ url: set.url }), (it) => it.close());
    const queues = parts.adopt(
      createJobQueues(
        { clock: systemClock, logger: pino({ level: 'silent' }) },
        { url: set.url, prefix: 'failover:' },
      ),
      (it) => it.close(),
    );
    const heard: string[] = [];
    const done: string[] = [];
    let resumed = 0;
    subscriber.onResumed(() => {
      resumed += 1;
    });
    await subscriber.subscribe('channel', (message) => heard.push(message));
    queues.work<{ id: string }>({ name: 'work' }, async ({ id }) => void done.push(id));
    /** What is sent while the master changes may be lost, so it is sent until one arrives. */
    const reachAll = async () => {
      const before = { heard: heard.length, done: done.length };
      await eventually(async () => {
        const id = randomUUID();
        await redis.publish('channel', id);
        await queues.add({ name: 'work' }, id, { id });
        expect(heard.length).toBeGreaterThan(before.heard);
        expect(done.length).toBeGreaterThan(before.done);
      });
    };
    await reachAll();

    const master = await set.findMaster();
    if (how === 'kill') await master.kill();
    else master.pause();
    await eventually(async () => expect(await set.findMaster()).not.toBe(master));
    await reachAll();
    expect(resumed).toBeGreaterThan(0);
    // It wakes as a master that nobody elected; the Sentinels make a replica of it.
    master.resume();
    await reachAll();
  },
);

test('a client leaves a demoted master as soon as it refuses a write', { timeout: longestMs }, async ({
  skip,
}) => {
  const [first, second] = [(await startOwnRedis()) ?? skip(), (await startOwnRedis()) ?? skip()];
  parts.use(first);
  parts.use(second);
  const address = parts.use(await createTcpProxy(first.url));
  const redis = parts.adopt(createRedis({ url: address.url }), (it) => it.disconnect());
  const past = parts.adopt(createRedis({ url: first.url }), (it) => it.disconnect());
  await redis.set('key', 'before');
  await past.replicaof('127.0.0.1', new URL(second.url).port);
  address.redirect(second.url);
  await eventually(async () => expect(await redis.set('key', 'after')).toBe('OK'));
  const next = parts.adopt(createRedis({ url: second.url }), (it) => it.disconnect());
  expect(await next.get('key')).toBe('after');
});

test('commands fail while no Sentinel answers, and none is kept', { timeout: longestMs }, async ({
  skip,
}) => {
  const set = await useSet(skip);
  const redis = parts.adopt(createRedis({ url: set.url, commandTimeoutMs: 600_000 }), (it) =>
    it.disconnect(),
  );
  await redis.set('key', 'before');
  for (const one of [...set.sentinels, await set.findMaster()]) await one.kill();
  for (let times = 0; times < 3; times++) await expect(redis.set('key', 'lost')).rejects.toThrow();
});
