import { afterAll, beforeAll, expect, test } from 'vitest';
import { inTransaction } from '../../../ground/db/connect.ts';
import { RefreshToken, Session } from '../../../ground/db/models/session.ts';
import { createFixedRing } from '../../../ground/encryption/signingRing.ts';
import { createUser } from '../../../testing/db/factories.ts';
import { createTestDatabase, type TestDatabase } from '../../../testing/db/testDatabase.ts';
import { silentLog } from '../../../testing/events.ts';
import { createManualClock } from '../../../testing/manualClock.ts';
import { createTestRedis, type TestRedis } from '../../../testing/services/testRedis.ts';
import { createAccessTokens } from './accessTokens.ts';
import { refreshSession } from './refreshSession.ts';
import { openSession } from './sessions.ts';

let db: TestDatabase;
let redis: TestRedis;
beforeAll(async () => {
  [db, redis] = [await createTestDatabase(), await createTestRedis()];
});
afterAll(async () => {
  await redis?.[Symbol.asyncDispose]();
  await db?.[Symbol.asyncDispose]();
});

/** A session with its first refresh token, on a clock of its own. */
async function openScene(refreshRepeatSeconds = 30) {
  const clock = createManualClock();
  const keys = createFixedRing([{ kid: 'test', secret: Buffer.alloc(64, 7) }]);
  const tokens = createAccessTokens({ clock, keys }, { ttlSeconds: 900 });
  const stores = { database: db.database, redis: redis.redis, prefix: redis.prefix, log: silentLog };
  const deps = { ...stores, clock, tokens, sessionHours: 1, sessionDays: 1 / 8, refreshRepeatSeconds };
  const { id: userId } = await createUser(db.database);
  const session = await inTransaction(db.database, (trx) =>
    openSession(deps, trx, {
      userId,
      userAgent: 'tab',
      address: '127.0.0.1',
      serviceKeyId: null,
      provenAt: null,
    }),
  );
  return {
    clock,
    first: session.refreshToken,
    refresh: (refreshToken: string, userAgent = 'tab') => refreshSession(deps, { refreshToken, userAgent }),
    isAlive: async () => (await Session.query(db.database).findById(session.id))?.revokedAt === null,
  };
}

const minutes = (count: number) => count * 60_000;
const reused = { code: 'refresh-reused' };

test('a client that lost an answer gets the same one again', async () => {
  const { first, refresh, clock, isAlive } = await openScene();
  const { refreshToken } = await refresh(first);
  await clock.advance(29_999);
  expect((await refresh(first)).refreshToken).toBe(refreshToken);
  const next = await refresh(refreshToken);
  expect(next.refreshToken).not.toBe(refreshToken);
  expect(await isAlive()).toBe(true);
});

test('simultaneous refreshes of one client get the same token', async () => {
  const { first, refresh, isAlive } = await openScene();
  const answers = await Promise.all([1, 2, 3, 4].map(() => refresh(first)));
  expect(new Set(answers.map(({ refreshToken }) => refreshToken)).size).toBe(1);
  expect(await isAlive()).toBe(true);
});

test('a client that comes back minutes after a lost answer goes on', async () => {
  const { first, refresh, clock, isAlive } = await openScene();
  await refresh(first);
  await clock.advance(minutes(9));
  // The second answer is lost too.
  await refresh(first);
  await clock.advance(minutes(9));
  const { refreshToken } = await refresh(first);
  await clock.advance(minutes(30));
  expect((await refresh(refreshToken)).refreshToken).not.toBe(refreshToken);
  expect(await isAlive()).toBe(true);
});

test('a used refresh token is no use after ten minutes, to its own client either', async () => {
  const { first, refresh, clock, isAlive } = await openScene();
  await refresh(first);
  await clock.advance(minutes(10) - 1);
  const { refreshToken } = await refresh(first);
  await clock.advance(minutes(10));
  await expect(refresh(first)).rejects.toMatchObject(reused);
  expect(await isAlive()).toBe(false);
  await expect(refresh(refreshToken)).rejects.toMatchObject({ code: 'unauthenticated' });
});

test('a session ends after its days, however often it is refreshed', async () => {
  const { first, refresh, clock } = await openScene();
  let token = first;
  for (let half = 1; half < 6; half += 1) {
    await clock.advance(minutes(30));
    token = (await refresh(token)).refreshToken;
  }
  await clock.advance(minutes(30) - 1);
  const last = await refresh(token);
  expect(last.expiresIn).toBeLessThanOrEqual(1);
  await clock.advance(1);
  await expect(refresh(last.refreshToken)).rejects.toMatchObject({ code: 'unauthenticated' });
});

test('tabs that come back at once after a lost answer get the same token', async () => {
  const { first, refresh, clock, isAlive } = await openScene();
  const lost = await refresh(first);
  await clock.advance(minutes(9));
  const answers = await Promise.all([1, 2, 3, 4].map(() => refresh(first)));
  expect(new Set(answers.map(({ refreshToken }) => refreshToken)).size).toBe(1);
  expect(answers[0]?.refreshToken).not.toBe(lost.refreshToken);
  expect(await isAlive()).toBe(true);
});

test('a stolen refresh token ends the session once both parties used it, whoever came first', async () => {
  const { first, refresh, clock, isAlive } = await openScene();
  const early = await refresh(first);
  await clock.advance(30_000);
  const late = await refresh(first);
  expect(await isAlive()).toBe(true);
  await expect(refresh(early.refreshToken)).rejects.toMatchObject(reused);
  expect(await isAlive()).toBe(false);
  await expect(refresh(late.refreshToken)).rejects.toMatchObject({ code: 'unauthenticated' });
});

test('a refresh token older than the last ends the session, however late it comes', async () => {
  const { first, refresh, clock, isAlive } = await openScene();
  const { refreshToken } = await refresh(first);
  await clock.advance(minutes(1));
  const next = await refresh(refreshToken);
  await clock.advance(minutes(1));
  await expect(refresh(first)).rejects.toMatchObject(reused);
  expect(await isAlive()).toBe(false);
  await expect(refresh(next.refreshToken)).rejects.toMatchObject({ code: 'unauthenticated' });
});

test('a lost answer keeps no session alive beyond its hours', async () => {
  const { first, refresh, clock } = await openScene();
  await refresh(first);
  await clock.advance(minutes(60));
  await expect(refresh(first)).rejects.toMatchObject({ code: 'unauthenticated' });
});

test.each([0, 30])(
  'a used refresh token from another client ends the session, %i min later',
  async (later) => {
    const { first, refresh, clock, isAlive } = await openScene();
    await refresh(first);
    await clock.advance(minutes(later));
    await expect(refresh(first, 'thief')).rejects.toMatchObject(reused);
    expect(await isAlive()).toBe(false);
  },
);

test('a used refresh token ends the session once the next was used', async () => {
  const { first, refresh, isAlive } = await openScene();
  await refresh((await refresh(first)).refreshToken);
  await expect(refresh(first)).rejects.toMatchObject(reused);
  expect(await isAlive()).toBe(false);
});

test.each([0, 30])(
  'a used refresh token ends the session if repeating is off, %i min later',
  async (later) => {
    const { first, refresh, clock, isAlive } = await openScene(0);
    await refresh(first);
    await clock.advance(minutes(later));
    await expect(refresh(first)).rejects.toMatchObject(reused);
    expect(await isAlive()).toBe(false);
  },
);

test('a refresh token is never stored in a usable form', async () => {
  const { first, refresh } = await openScene();
  const { refreshToken } = await refresh(first);
  const rows = JSON.stringify(await RefreshToken.query(db.database));
  for (const token of [first, refreshToken]) {
    expect(rows).not.toContain(token);
    expect(rows).not.toContain(Buffer.from(token).toString('base64url'));
  }
});
