import { expect, test } from 'vitest';
import { listenToRevocations, type Revocation } from '../../people/identity/revocations.ts';
import { fixture } from '../../testing/fixture.ts';
import { createTestRedis } from '../../testing/services/testRedis.ts';
import { revocationChannel } from './redisKeys.ts';
import { createSubscriber } from './subscriber.ts';

const redis = fixture(createTestRedis);

test('an unreadable message is reported and skipped', async () => {
  const errors: Error[] = [];
  const subscriber = createSubscriber({ url: redis.url, onError: (error) => errors.push(error) });
  const { promise: heard, resolve } = Promise.withResolvers<Revocation>();
  await listenToRevocations({ subscriber, prefix: redis.prefix }, resolve);
  const channel = revocationChannel(redis.prefix);
  await redis.redis.publish(channel, '{');
  await redis.redis.publish(channel, '{"of":"a later version"}');
  await redis.redis.publish(channel, '{"userId":"somebody"}');
  expect(await heard).toEqual({ userId: 'somebody' });
  expect(errors).toHaveLength(2);
  subscriber.close();
});
