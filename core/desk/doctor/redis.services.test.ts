import { expect, onTestFinished, test } from 'vitest';
import { createRedis } from '../../ground/redis/createRedis.ts';
import { systemClock } from '../../ground/runtime/clock.ts';
import { startOwnRedis } from '../../testing/services/ownRedis.ts';
import { createTestRedis } from '../../testing/services/testRedis.ts';
import { redisCheck } from './redis.ts';

function open(url: string) {
  const redis = createRedis({ url });
  onTestFinished(() => redis.disconnect());
  return redis;
}

const examine = async (url: string, shiftMs = 0) => {
  const clock = { ...systemClock, now: () => new Date(Date.now() + shiftMs) };
  const check = redisCheck({ clock, redis: open(url), url, prefix: 'doctor-test:' });
  return (await check.run(new AbortController().signal)).findings;
};
const codesOf = async (...call: Parameters<typeof examine>) =>
  (await examine(...call)).map(({ code }) => code);

test('a Redis that evicts is found, and one that does not is not', async () => {
  await using server = await startOwnRedis();
  if (!server) return;
  const redis = open(server.url);
  await redis.config('SET', 'maxmemory', '100mb');
  expect(await codesOf(server.url)).toEqual([]);
  await redis.config('SET', 'maxmemory-policy', 'allkeys-lru');
  expect(await codesOf(server.url)).toEqual(['redis-evicts']);
});

test('a Redis whose memory is almost full is found', async () => {
  await using server = await startOwnRedis();
  if (!server) return;
  await open(server.url).config('SET', 'maxmemory', '1');
  expect(await codesOf(server.url)).toEqual(['redis-memory-short', 'redis-refuses']);
});

test('a user who may not do what the processes do is found', async () => {
  await using server = await startOwnRedis();
  if (!server) return;
  const redis = open(server.url);
  await redis.call('ACL', 'SETUSER', 'narrow', 'on', '>enough', '~*', '&*', '+@all', '-xadd');
  const [found] = await examine(server.url.replace('redis://', 'redis://narrow:enough@'));
  expect(found).toMatchObject({ code: 'redis-refuses', what: expect.stringContaining('XADD') });
});

test('a clock of Redis that is off by a minute is found', async () => {
  await using server = await createTestRedis();
  expect(await codesOf(server.url)).toEqual([]);
  const [found] = await examine(server.url, -60_000);
  expect(found).toMatchObject({ code: 'clock-off', what: expect.stringMatching(/\d+ seconds ahead/) });
});

test('a Redis that is away or refuses the password is told with the way out', async () => {
  await using server = await createTestRedis();
  expect(await examine('redis://127.0.0.1:1/0')).toMatchObject([{ code: 'redis-unreachable' }]);
  const wrong = new URL(server.url);
  wrong.password = 'not-this-one';
  const [found] = await examine(wrong.href);
  expect(found).toMatchObject({ code: 'redis-unreachable', what: expect.stringContaining('refuses') });
  expect(JSON.stringify(found)).not.toContain('not-this-one');
});
