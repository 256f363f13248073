import { Problem } from '@star-graph/core/ground/errors';
import { createRedis } from '@star-graph/core/ground/redis/createRedis';
import { fixture } from '@star-graph/core/testing/fixture';
import { createTestRedis } from '@star-graph/core/testing/services/testRedis';
import { expect, test } from 'vitest';
import { type AccountLimits, createAccountBound } from './accountBound.ts';

const redis = fixture(createTestRedis);

const publicUrl = 'https://pictures.example';
const wide = { perAddress: 100, perNetwork: 100, perServiceKey: 100, publicUrl };

let named = 0;
/** Two processes on one Redis, with counts of their own. */
function createBounds(limits: Partial<AccountLimits>) {
  named += 1;
  const deps = { redis: redis.redis, prefix: `${redis.prefix}${named}:` };
  const all = { ...wide, ...limits };
  return [createAccountBound(deps, all), createAccountBound(deps, all)] as const;
}
const made = async () => 'an account';
const refused = { code: 'rate-limited' };

test('registrations from one address are bounded across processes, however many at once', async () => {
  const bounds = createBounds({ perAddress: 3 });
  const tries = await Promise.allSettled(
    Array.from({ length: 10 }, (_, n) => bounds[n % 2 === 0 ? 0 : 1].within({ address: '192.0.2.1' }, made)),
  );
  expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
  const [refusal] = tries.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
  expect(refusal).toMatchObject(refused);
  expect(refusal.retryAfterSeconds).toBeGreaterThan(23 * 3_600);
  await expect(bounds[0].within({ address: '192.0.2.2' }, made)).resolves.toBe('an account');
});

test.each([
  ['2001:db8:1:2::1', '2001:db8:1:2:ffff::9', '2001:db8:1:3::1'],
  ['192.0.2.1', '::ffff:192.0.2.1', '192.0.2.9'],
])('%s and %s count as one address, %s as another', async (address, same, other) => {
  const [bound] = createBounds({ perAddress: 1 });
  await bound.within({ address }, made);
  await expect(bound.within({ address: same }, made)).rejects.toMatchObject(refused);
  await expect(bound.within({ address: other }, made)).resolves.toBe('an account');
});

test.each([
  ['2001:db8:1:2::1', '2001:db8:1:3::1', '2001:db8:2:2::1'],
  ['192.0.2.1', '192.0.2.200', '192.0.3.1'],
])('%s and %s count as one network, %s as another', async (address, same, other) => {
  const [bound] = createBounds({ perNetwork: 1 });
  await bound.within({ address }, made);
  await expect(bound.within({ address: same }, made)).rejects.toMatchObject(refused);
  await expect(bound.within({ address: other }, made)).resolves.toBe('an account');
});

test('a try without an account is not counted, nor a refused one', async () => {
  const [bound] = createBounds({ perAddress: 1 });
  const origin = { address: '192.0.2.1' };
  const taken = new Problem('invalid-params', 'This user name is taken.');
  const failing = bound.within(origin, async () => {
    await expect(bound.within(origin, made)).rejects.toMatchObject(refused);
    throw taken;
  });
  await expect(failing).rejects.toBe(taken);
  await expect(bound.within(origin, async () => undefined)).resolves.toBeUndefined();
  await expect(bound.within(origin, made)).resolves.toBe('an account');
});

test('a fault after which the account may be there stays counted', async () => {
  const [bound] = createBounds({ perAddress: 1 });
  const origin = { address: '192.0.2.1' };
  await expect(bound.within(origin, () => Promise.reject(new Error('no answer')))).rejects.toThrow();
  await expect(bound.within(origin, made)).rejects.toMatchObject(refused);
});

test('without Redis a process allows less, and never more', async () => {
  const away = createRedis({ url: 'redis://127.0.0.1:1' });
  const bound = createAccountBound({ redis: away, prefix: 'away:' }, { ...wide, perAddress: 10 });
  const tries = [];
  for (let n = 0; n < 10; n++)
    tries.push(await bound.within({ address: '192.0.2.1' }, made).catch(() => 'refused'));
  away.disconnect();
  expect(tries.filter((outcome) => outcome === 'an account')).toHaveLength(2);
});

test('first uses are bounded by the service key they come through', async () => {
  const [bound] = createBounds({ perServiceKey: 2 });
  const through = (apiKeyId: string) => bound.within({ apiKeyId }, made).catch(() => 'refused');
  const outcomes = [await through('bot'), await through('bot'), await through('bot'), await through('other')];
  expect(outcomes).toEqual(['an account', 'an account', 'refused', 'an account']);
});

test.each(['http://127.0.0.1:8080', 'http://localhost:8080', 'http://[::1]:8080'])(
  'the user of this machine is not bounded at %s',
  async (local) => {
    const [bound] = createBounds({ perAddress: 1, publicUrl: local });
    for (let n = 0; n < 3; n++)
      await expect(bound.within({ address: '127.0.0.1' }, made)).resolves.toBe('an account');
    await bound.within({ address: '192.168.1.5' }, made);
    await expect(bound.within({ address: '192.168.1.5' }, made)).rejects.toMatchObject(refused);
  },
);

test.each([publicUrl, 'http://0.0.0.0:8080', 'http://:::8080'])(
  'an untrusted proxy on this machine is bounded like others at %s',
  async (reached) => {
    const [bound] = createBounds({ perAddress: 1, publicUrl: reached });
    await bound.within({ address: '127.0.0.1' }, made);
    await expect(bound.within({ address: '127.0.0.1' }, made)).rejects.toMatchObject(refused);
  },
);
