import { createManualClock } from '@star-graph/core/testing/manualClock';
import { createTestRedis, type TestRedis } from '@star-graph/core/testing/services/testRedis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRateLimits } from './rateLimits.ts';

let redis: TestRedis;
beforeAll(async () => {
  redis = await createTestRedis();
});
afterAll(() => redis?.[Symbol.asyncDispose]());

test('a bounded number of refusals is delayed, and no allowed request waits', async () => {
  const clock = createManualClock();
  const deps = { redis: redis.redis, prefix: redis.prefix, clock };
  const limits = createRateLimits(deps, { requestsPerMinute: 1, heldBack: 2 });
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
