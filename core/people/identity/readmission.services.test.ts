import { beforeEach, describe, expect, test } from 'vitest';
import { createRedis, type Redis } from '../../ground/redis/createRedis.ts';
import { newId } from '../../ground/runtime/ids.ts';
import { silentLog } from '../../testing/events.ts';
import { fixture } from '../../testing/fixture.ts';
import { createManualClock, type ManualClock } from '../../testing/manualClock.ts';
import { createTcpProxy } from '../../testing/services/tcpProxy.ts';
import { createTestRedis } from '../../testing/services/testRedis.ts';
import type { Caller } from './caller.ts';
import { type CredentialTrace, createCredentialCache } from './credentialCache.ts';
import { createReadmission, type Readmission } from './readmission.ts';
import { revokeCredentials } from './revocations.ts';

const redis = fixture(createTestRedis);

let clock: ManualClock;
/** Accepts the token until it expires. */
const tokens = {
  async verify() {
    if (caller.expiresAt <= clock.now()) throw new Error('it has expired');
    return { userId: caller.account.id, ...caller };
  },
  verifyProgram: async () => expect.unreachable('it is no program'),
};
let caller: Extract<Caller, { kind: 'session' }>;
beforeEach(() => {
  clock = createManualClock();
  const account = { id: newId(), username: 'somebody', role: 'user', locale: 'en' } as const;
  const expiresAt = new Date(clock.now().getTime() + 60_000);
  caller = {
    kind: 'session',
    account,
    sessionId: newId(),
    expiresAt,
    provenAt: null,
    serviceKeyId: 'abcdefgh',
  };
});

const credential = { bearer: 'a-token' };
const names = () => [
  { kind: 'session', id: caller.sessionId } as const,
  { kind: 'key', id: 'abcdefgh' } as const,
];
const counterOf = (userId: string) => `${redis.prefix}uses:${userId}`;
const counted = async () => Number(await redis.redis.get(counterOf(caller.account.id)));

/** @returns a process that has admitted the caller on the long way. */
async function admit(client: Redis = redis.redis, isCached = true): Promise<Readmission> {
  const credentials = createCredentialCache({ redis: client, prefix: redis.prefix, clock, log: silentLog });
  const load = async () => ({ some: 'facts' });
  if (isCached) for (const name of names()) await credentials.read(name, load);
  const trace: CredentialTrace = { entries: [], isWhole: true };
  for (const name of names()) await credentials.read(name, load, trace);
  const useOf = (userId: string) => ({ key: counterOf(userId), limit: 2, seconds: 60 });
  const readmission = createReadmission({ credentials, tokens, useOf });
  readmission.remember(credential, caller, trace);
  return readmission;
}

test('a known credential is readmitted, and counted', async () => {
  const readmission = await admit();
  const readmitted = await readmission.readmit(credential);
  expect(readmitted).toMatchObject({ caller, uses: { remaining: 1 } });
  expect(readmitted?.uses.resetMs).toBeGreaterThan(0);
  expect(await counted()).toBe(1);
  expect(await redis.redis.ttl(counterOf(caller.account.id))).toBeGreaterThan(0);
  expect(await readmission.readmit({ bearer: 'a-token', actFor: 'discord:1' })).toBeUndefined();
});

describe('a known credential is not readmitted', () => {
  test.each(['its session', 'the key it came from'])('after %s was revoked', async (which) => {
    const [own, parent] = await Promise.all([admit(), admit()]);
    const name = names()[which === 'its session' ? 0 : 1];
    if (!name) throw new Error('there are two');
    await revokeCredentials({ redis: redis.redis, prefix: redis.prefix, log: silentLog }, [name]);
    for (const readmission of [own, parent]) expect(await readmission.readmit(credential)).toBeUndefined();
    expect(await counted()).toBe(0);
    await redis.redis.del(`${redis.prefix}credential:key:abcdefgh`);
  });

  test('after its token expired', async () => {
    const readmission = await admit();
    await clock.advance(60_000);
    expect(await readmission.readmit(credential)).toBeUndefined();
    expect(await counted()).toBe(0);
  });

  test('beyond the limit of its person', async () => {
    const readmission = await admit();
    for (let use = 1; use <= 2; use++)
      expect(await readmission.readmit(credential)).toMatchObject({ caller });
    expect(await readmission.readmit(credential)).toBeUndefined();
  });

  test('when the database vouched for it', async () => {
    await redis.redis.del(`${redis.prefix}credential:key:abcdefgh`);
    const readmission = await admit(redis.redis, false);
    expect(await readmission.readmit(credential)).toBeUndefined();
  });

  test('while Redis does not answer', async () => {
    await using proxy = await createTcpProxy(redis.url);
    const client = createRedis({ url: proxy.url });
    try {
      const readmission = await admit(client);
      await proxy.cut();
      expect(await readmission.readmit(credential)).toBeUndefined();
    } finally {
      client.disconnect();
    }
  });
});
