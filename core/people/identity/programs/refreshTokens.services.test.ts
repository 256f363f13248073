import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inTransaction } from '../../../ground/db/connect.ts';
import { ProgramCode } from '../../../ground/db/models/program.ts';
import { ApiKey, RefreshToken, Session } from '../../../ground/db/models/session.ts';
import { createSecret, hashSecret } from '../../../ground/encryption/secrets.ts';
import { createFixedRing } from '../../../ground/encryption/signingRing.ts';
import { createUser } from '../../../testing/db/factories.ts';
import { createTestDatabase, type TestDatabase } from '../../../testing/db/testDatabase.ts';
import { silentLog } from '../../../testing/events.ts';
import { createManualClock, type ManualClock } from '../../../testing/manualClock.ts';
import { createTestRedis, type TestRedis } from '../../../testing/services/testRedis.ts';
import { createAccessTokens } from '../credentials/accessTokens.ts';
import { refreshSession } from '../credentials/refreshSession.ts';
import { openSession } from '../credentials/sessions.ts';
import { exchangeCode, type ProgramDeps } from './letIn.ts';
import { refreshProgram } from './refreshProgram.ts';

let db: TestDatabase;
let redis: TestRedis;
beforeAll(async () => {
  [db, redis] = [await createTestDatabase(), await createTestRedis()];
});
afterAll(async () => {
  await redis?.[Symbol.asyncDispose]();
  await db?.[Symbol.asyncDispose]();
});

/** What holds tokens, with its first one, on a clock of its own. */
interface Scene {
  clock: ManualClock;
  first: string;
  refresh(refreshToken: string, userAgent?: string): Promise<{ refreshToken: string }>;
  /** Whether the session or the key has not ended. */
  isAlive(): Promise<boolean>;
  /** The answer to a token that was used before, and to every other one once all is over. */
  refused: { code: string };
  ended: { code: string };
}

/** A session with its first refresh token. */
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
    refused: reused,
    ended: { code: 'unauthenticated' },
    refresh: (refreshToken: string, userAgent = 'tab') => refreshSession(deps, { refreshToken, userAgent }),
    isAlive: async () => (await Session.query(db.database).findById(session.id))?.revokedAt === null,
  };
}

const clientId = 'https://program.example/client.json';
const redirectUri = 'https://program.example/back';
const resource = 'https://platform.example/mcp';

/** A program that a person let in, on a clock of its own. */
async function letIn(refreshRepeatSeconds = 30): Promise<Scene> {
  const clock = createManualClock();
  const keys = createFixedRing([{ kid: 'test', secret: Buffer.alloc(64, 7) }]);
  const tokens = createAccessTokens({ clock, keys }, { ttlSeconds: 900 });
  const stores = { database: db.database, redis: redis.redis, prefix: redis.prefix, log: silentLog };
  const deps: ProgramDeps = { ...stores, clock, tokens, refreshRepeatSeconds };
  const { id: userId } = await createUser(db.database);
  const [code, verifier] = [createSecret(), createSecret()];
  const codeHash = hashSecret(code);
  const now = clock.now();
  await ProgramCode.query(db.database).insert({
    codeHash,
    userId,
    clientId,
    clientName: 'A program',
    redirectUri,
    resource,
    scopes: 'tasks:read',
    challenge: createHash('sha256').update(verifier).digest('base64url'),
    creditsPerDay: null,
    serviceKeyId: null,
    createdAt: now,
    expiresAt: new Date(now.getTime() + 60_000),
    usedAt: null,
    apiKeyId: null,
  });
  const { refreshToken: first } = await exchangeCode(deps, {
    code,
    clientId,
    redirectUri,
    verifier,
    resource,
  });
  return {
    clock,
    first,
    refused: { code: 'invalid_grant' },
    ended: { code: 'invalid_grant' },
    refresh: (refreshToken: string) => refreshProgram(deps, { refreshToken, clientId }, resource),
    isAlive: async () =>
      (await ApiKey.query(db.database).findOne({ userId }).throwIfNotFound()).revokedAt === null,
  };
}

const minutes = (count: number) => count * 60_000;
const reused = { code: 'refresh-reused' };

const holders = [
  ['session', openScene],
  ['program', letIn],
] as const;

test.each(holders)('simultaneous refreshes of a %s get the same token', async (_, open) => {
  const { first, refresh, isAlive } = await open();
  const answers = await Promise.all([1, 2, 3, 4].map(() => refresh(first)));
  expect(new Set(answers.map(({ refreshToken }) => refreshToken)).size).toBe(1);
  expect(await isAlive()).toBe(true);
});

test.each([
  ['session', openScene, 'refresh_tokens'],
  ['program', letIn, 'program_tokens'],
] as const)('a %s that refreshes without a pause keeps its last 200 tokens', async (_, open, table) => {
  const { first, refresh, isAlive } = await open();
  const [row] = await db.database(table).where({ tokenHash: hashSecret(first) });
  const usedAt = new Date(row.createdAt.getTime() - 1_000);
  const earlier = Array.from({ length: 203 }, (_, n) => ({
    ...row,
    tokenHash: hashSecret(`${row.tokenHash} ${n}`),
    usedAt: new Date(usedAt.getTime() - n),
  }));
  await db.database(table).insert(earlier);
  const { refreshToken } = await refresh(first);
  const ids = earlier.map(({ tokenHash }) => tokenHash);
  const kept = await db.database(table).whereIn('tokenHash', ids).select('tokenHash');
  expect(kept.map(({ tokenHash }) => tokenHash).toSorted()).toEqual(ids.slice(0, 199).toSorted());
  await refresh(refreshToken);
  expect(await isAlive()).toBe(true);
});

test.each(holders)('a %s that lost an answer gets the same one again', async (_, open) => {
  const { first, refresh, clock, isAlive } = await open();
  const { refreshToken } = await refresh(first);
  await clock.advance(29_999);
  expect((await refresh(first)).refreshToken).toBe(refreshToken);
  const next = await refresh(refreshToken);
  expect(next.refreshToken).not.toBe(refreshToken);
  expect(await isAlive()).toBe(true);
});

test.each(holders)('a %s that comes back minutes after a lost answer goes on', async (_, open) => {
  const { first, refresh, clock, isAlive } = await open();
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

test.each(holders)('a used token of a %s is no use after ten minutes', async (_, open) => {
  const { first, refresh, clock, isAlive, refused, ended } = await open();
  await refresh(first);
  await clock.advance(minutes(10) - 1);
  const { refreshToken } = await refresh(first);
  await clock.advance(minutes(10));
  await expect(refresh(first)).rejects.toMatchObject(refused);
  expect(await isAlive()).toBe(false);
  await expect(refresh(refreshToken)).rejects.toMatchObject(ended);
});

test.each(holders)('a stolen token ends a %s once both parties used it', async (_, open) => {
  const { first, refresh, clock, isAlive, refused, ended } = await open();
  const early = await refresh(first);
  await clock.advance(30_000);
  const late = await refresh(first);
  expect(await isAlive()).toBe(true);
  await expect(refresh(early.refreshToken)).rejects.toMatchObject(refused);
  expect(await isAlive()).toBe(false);
  await expect(refresh(late.refreshToken)).rejects.toMatchObject(ended);
});

test.each(holders)('a token older than the last ends a %s, however late it comes', async (_, open) => {
  const { first, refresh, clock, isAlive, refused, ended } = await open();
  const { refreshToken } = await refresh(first);
  await clock.advance(minutes(1));
  const next = await refresh(refreshToken);
  await clock.advance(minutes(1));
  await expect(refresh(first)).rejects.toMatchObject(refused);
  expect(await isAlive()).toBe(false);
  await expect(refresh(next.refreshToken)).rejects.toMatchObject(ended);
});

test.each(holders)('a %s that comes back twice at once gets the same token', async (_, open) => {
  const { first, refresh, clock, isAlive } = await open();
  const lost = await refresh(first);
  await clock.advance(minutes(9));
  const answers = await Promise.all([1, 2, 3, 4].map(() => refresh(first)));
  expect(new Set(answers.map(({ refreshToken }) => refreshToken)).size).toBe(1);
  expect(answers[0]?.refreshToken).not.toBe(lost.refreshToken);
  expect(await isAlive()).toBe(true);
});

test.each(holders.flatMap(([name, open]) => [0, 30].map((later) => [name, later, open] as const)))(
  'a used token ends a %s where repeating is off, %i min later',
  async (_, later, open) => {
    const { first, refresh, clock, isAlive, refused } = await open(0);
    await refresh(first);
    await clock.advance(minutes(later));
    await expect(refresh(first)).rejects.toMatchObject(refused);
    expect(await isAlive()).toBe(false);
  },
);

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

test('a refresh token is never stored in a usable form', async () => {
  const { first, refresh } = await openScene();
  const { refreshToken } = await refresh(first);
  const rows = JSON.stringify(await RefreshToken.query(db.database));
  for (const token of [first, refreshToken]) {
    expect(rows).not.toContain(token);
    expect(rows).not.toContain(Buffer.from(token).toString('base64url'));
  }
});
