import { once } from 'node:events';
import { createRedis } from '@star-graph/core/ground/redis/createRedis';
import { fixture } from '@star-graph/core/testing/fixture';
import { createManualClock } from '@star-graph/core/testing/manualClock';
import { createTcpProxy } from '@star-graph/core/testing/services/tcpProxy';
import { createTestRedis } from '@star-graph/core/testing/services/testRedis';
import { describe, expect, test } from 'vitest';
import { createRateLimits } from './rateLimits.ts';

const redis = fixture(createTestRedis);

const boundless = { inAll: 1_000, perUser: 1_000, perAddress: 1_000, perKey: 1_000 };
const config = { requestsPerMinute: () => 1_000, requestsPerSecond: boundless, heldBack: 0 };

test('a bounded number of refusals is delayed, and no allowed request waits', async () => {
  const clock = createManualClock();
  const deps = { redis: redis.redis, prefix: redis.prefix, clock };
  const limits = createRateLimits(deps, { ...config, requestsPerMinute: () => 1, heldBack: 2 });
  await limits.countUser('flooding');
  const outcomes: string[] = [];
  const refusals = [1, 2].map((n) =>
    limits.countUser('flooding').catch((error) => outcomes.push(`${n} ${error.code}`)),
  );
  // Only a third can be refused while the clock stands still.
  await expect(limits.countUser('flooding')).rejects.toMatchObject({ code: 'rate-limited' });
  await limits.countUser('somebody else');
  await limits.countAddress('192.0.2.1');
  await clock.advance(999);
  expect(outcomes).toEqual([]);
  await clock.advance(1);
  await Promise.all(refusals);
  expect(outcomes.toSorted()).toEqual(['1 rate-limited', '2 rate-limited']);
  const again = limits.countUser('flooding');
  again.catch((error) => outcomes.push(error.code));
  await limits.countAddress('192.0.2.2');
  expect(outcomes).toHaveLength(2);
  await clock.advance(1_000);
  await expect(again).rejects.toMatchObject({ code: 'rate-limited' });
});

describe('a burst is refused', () => {
  const caller = { userId: 'someone', keyId: 'a-key', address: '192.0.2.9' };
  test.each([
    ['of all together', { inAll: 1 }, { userId: 'other' }],
    ['of one person', { perUser: 1 }, { userId: 'someone' }],
    ['of one address', { perAddress: 1 }, { address: '::ffff:192.0.2.9' }],
    ['through one key', { perKey: 1 }, { userId: 'other', keyId: 'a-key' }],
  ])('%s', async (_, limit, second) => {
    const clock = createManualClock();
    const requestsPerSecond = { ...boundless, ...limit };
    const limits = createRateLimits(
      { redis: redis.redis, prefix: redis.prefix, clock },
      { ...config, requestsPerSecond },
    );
    await limits.countBurst(caller);
    const refused = { code: 'rate-limited', retryAfterSeconds: 1 };
    await expect(limits.countBurst(second)).rejects.toMatchObject(refused);
    expect(limits.policy.burstOf(caller)).toBe(1);
  });

  test('and takes no place from others', async () => {
    const clock = createManualClock();
    const requestsPerSecond = { ...boundless, inAll: 2, perUser: 1 };
    const limits = createRateLimits(
      { redis: redis.redis, prefix: redis.prefix, clock },
      { ...config, requestsPerSecond },
    );
    await limits.countBurst({ userId: 'flooding' });
    for (let times = 0; times < 5; times++)
      await expect(limits.countBurst({ userId: 'flooding' })).rejects.toMatchObject({ code: 'rate-limited' });
    await limits.countBurst({ userId: 'other' });
  });
});

test('without Redis a process allows a fifth', async () => {
  await using proxy = await createTcpProxy(redis.url);
  const client = createRedis({ url: proxy.url });
  try {
    await once(client, 'ready');
    const clock = createManualClock();
    const deps = { redis: client, prefix: `${redis.prefix}alone:`, clock };
    const limits = createRateLimits(deps, { ...config, requestsPerMinute: () => 10 });
    expect(await limits.countUser('someone')).toMatchObject({ remaining: 9 });
    await proxy.cut();
    const outcomes = [];
    for (let times = 0; times < 4; times++)
      outcomes.push(
        await limits.countUser('someone').then(
          () => 'allowed',
          (error) => error.code,
        ),
      );
    expect(outcomes).toEqual(['allowed', 'allowed', 'rate-limited', 'rate-limited']);
  } finally {
    client.disconnect();
  }
});
