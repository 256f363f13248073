import { hashSecret } from '@star-graph/core/ground/encryption/secrets';
import { countFailure, type SignInThrottle } from '@star-graph/core/people/identity/accounts/accounts';
import { silentLog } from '@star-graph/core/testing/events';
import { fixture } from '@star-graph/core/testing/fixture';
import { createTestRedis } from '@star-graph/core/testing/services/testRedis';
import { beforeEach, expect, test } from 'vitest';
import { createSignInThrottle, defaultSignInLimits } from './signInThrottle.ts';

const redis = fixture(createTestRedis);
beforeEach(() => redis.empty());

/** A process. The pace is as long as the window, so the test's own time does not matter. */
const startProcess = (): SignInThrottle =>
  createSignInThrottle(
    { redis: redis.redis, prefix: redis.prefix, log: silentLog, noteLock: async () => {} },
    { ...defaultSignInLimits, paceSeconds: 900 },
  );

/** A network of its own for each number. */
const addressOf = (network: number): string => `198.51.${Math.floor(network / 250)}.${network % 250}`;

/** @returns how many of the tries reached the check of the password. */
async function guess(throttle: SignInThrottle, name: string, addresses: readonly string[]): Promise<number> {
  let looked = 0;
  for (const address of addresses)
    await throttle.countTry(name, address).then(
      () => {
        looked += 1;
      },
      (error: unknown) => expect(error).toMatchObject({ code: 'rate-limited' }),
    );
  return looked;
}

const flood = Array.from({ length: 60 }, (_, at) => addressOf(at + 10));

test('wrong passwords lock a name only for the network that sends them', async () => {
  const throttle = startProcess();
  const attacker = addressOf(1);
  expect(await guess(throttle, 'admin', Array(25).fill(attacker))).toBe(10);
  await throttle.countTry('admin', addressOf(2));
  await throttle.countTry('somebody', attacker);
});

test('a lock is in the log and noted once, in the log with its network and without the name', async () => {
  const [lines, noted]: [unknown[][], unknown[]] = [[], []];
  const log = { ...silentLog, warn: (...line: unknown[]) => lines.push(line) } as never;
  const throttle = createSignInThrottle({
    redis: redis.redis,
    prefix: redis.prefix,
    log,
    async noteLock(lock) {
      noted.push(lock);
    },
  });
  const attacker = addressOf(1);
  await guess(throttle, 'hidden-name', Array(10).fill(attacker));
  expect(lines).toEqual([]);
  await guess(throttle, 'hidden-name', Array(5).fill(attacker));
  expect(lines).toEqual([
    [{ network: attacker, locks: 'name in a network' }, 'sign-ins are locked: too many failed'],
  ]);
  expect(noted).toEqual([{ username: 'hidden-name', address: attacker }]);
  await guess(throttle, 'another', Array(30).fill(attacker));
  expect([lines.length, noted.length]).toEqual([2, 2]);
  expect(JSON.stringify(lines)).not.toMatch(/hidden-name|another/);
});

test('wrong passwords for many names lock the network for all', async () => {
  const throttle = startProcess();
  const attacker = addressOf(1);
  for (let at = 0; at < 30; at++) await throttle.countTry(`name${at}`, attacker);
  await expect(throttle.countTry('another', attacker)).rejects.toMatchObject({ code: 'rate-limited' });
  await throttle.countTry('another', addressOf(2));
});

test('a flood from many networks tries few passwords across processes', async () => {
  const [one, two] = [startProcess(), startProcess()];
  const looked = await Promise.all([
    guess(one, 'admin', flood.slice(0, 30)),
    guess(two, 'admin', flood.slice(30)),
  ]);
  // 20 before the name is slowed, then one for each interval.
  expect(looked[0] + looked[1]).toBe(21);
});

test('the owner signs in during a flood from a known network', async () => {
  const throttle = startProcess();
  const [home, elsewhere] = [addressOf(1), addressOf(2)];
  await throttle.countTry('admin', home);
  await throttle.succeed('admin', home);
  await guess(throttle, 'admin', flood);
  for (let at = 0; at < 20; at++) {
    await throttle.countTry('admin', home);
    await throttle.succeed('admin', home);
  }
  await expect(throttle.countTry('admin', elsewhere)).rejects.toMatchObject({ code: 'rate-limited' });
  await expect(throttle.countTry('admin', flood[0] ?? '')).rejects.toMatchObject({ code: 'rate-limited' });
});

test('the owner signs in from a strange network after a moment', async () => {
  const throttle = startProcess();
  const hotel = addressOf(1);
  await guess(throttle, 'admin', flood);
  expect(await guess(throttle, 'admin', Array(15).fill(hotel))).toBe(0);
  // The interval is over.
  await redis.redis.del(`${redis.prefix}limit:sign-in-pace:${hashSecret('admin')}`);
  const later = startProcess();
  expect(await guess(later, 'admin', [hotel])).toBe(1);
});

test('a network that keeps asking while a name is slowed is locked', async () => {
  const throttle = startProcess();
  await guess(throttle, 'admin', flood);
  const attacker = addressOf(1);
  await guess(throttle, 'admin', Array(30).fill(attacker));
  await expect(throttle.countTry('another', attacker)).rejects.toMatchObject({ code: 'rate-limited' });
});

test('simultaneous correct sign-ins lock their network for no one', async () => {
  const throttle = startProcess();
  const [school, crowd] = [addressOf(1), defaultSignInLimits.perNetwork + 10];
  const { promise: isLookedUp, resolve: lookUp } = Promise.withResolvers<void>();
  const tries = Array.from({ length: crowd }, (_, at) =>
    countFailure(throttle, `name${at}`, school, () => isLookedUp),
  );
  // Those above the bound are refused while all of them are under way.
  await expect(
    Promise.any(
      tries.map((one) =>
        one.then(
          () => Promise.reject(),
          (error) => error,
        ),
      ),
    ),
  ).resolves.toMatchObject({
    code: 'rate-limited',
  });
  lookUp();
  await Promise.allSettled(tries);
  await expect(countFailure(throttle, 'later', school, async () => 'in')).resolves.toBe('in');
});

test('the owner’s sign-ins during a flood allow no further guess', async () => {
  const [one, two] = [startProcess(), startProcess()];
  const home = addressOf(1);
  await countFailure(one, 'admin', home, async () => {});
  await guess(one, 'admin', flood.slice(0, 30));
  for (let at = 0; at < 25; at++) await countFailure(one, 'admin', home, async () => {});
  expect(await guess(two, 'admin', flood.slice(30))).toBe(0);
});

test('names are kept as hashes, since one may be a password', async () => {
  const throttle = startProcess();
  await throttle.countTry('my-secret-password', addressOf(1));
  await throttle.succeed('my-secret-password', addressOf(1));
  const keys = await redis.redis.keys(`${redis.prefix}*`);
  expect(keys.length).toBeGreaterThan(0);
  expect(keys.join(' ')).not.toContain('my-secret-password');
});
