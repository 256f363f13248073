import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ProgramCode } from '../../../ground/db/models/program.ts';
import { ApiKey } from '../../../ground/db/models/session.ts';
import { createSecret, hashSecret } from '../../../ground/encryption/secrets.ts';
import { createFixedRing } from '../../../ground/encryption/signingRing.ts';
import { createUser } from '../../../testing/db/factories.ts';
import { createTestDatabase, type TestDatabase } from '../../../testing/db/testDatabase.ts';
import { silentLog } from '../../../testing/events.ts';
import { createManualClock } from '../../../testing/manualClock.ts';
import { createTestRedis, type TestRedis } from '../../../testing/services/testRedis.ts';
import { createAccessTokens } from '../credentials/accessTokens.ts';
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

const clientId = 'https://program.example/client.json';
const redirectUri = 'https://program.example/back';
const resource = 'https://platform.example/mcp';

/** A program that a person let in, on a clock of its own. */
async function letIn(refreshRepeatSeconds = 30) {
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
    ...{ codeHash, userId, clientId, clientName: 'A program', redirectUri, resource, scopes: 'tasks:read' },
    ...{ challenge: createHash('sha256').update(verifier).digest('base64url'), creditsPerDay: null },
    ...{ serviceKeyId: null, createdAt: now, expiresAt: new Date(now.getTime() + 60_000) },
    ...{ usedAt: null, apiKeyId: null },
  });
  const { refreshToken: first } = await exchangeCode(deps, {
    code,
    clientId,
    redirectUri,
    verifier,
    resource,
  });
  return {
    ...{ clock, first },
    refresh: (refreshToken: string) => refreshProgram(deps, { refreshToken, clientId }, resource),
    isIn: async () =>
      (await ApiKey.query(db.database).findOne({ userId }).throwIfNotFound()).revokedAt === null,
  };
}

const minutes = (count: number) => count * 60_000;
const refused = { code: 'invalid_grant' };

test('a program that lost an answer gets the same one again for a moment', async () => {
  const { first, refresh, clock, isIn } = await letIn();
  const { refreshToken } = await refresh(first);
  await clock.advance(29_999);
  expect((await refresh(first)).refreshToken).toBe(refreshToken);
  expect((await refresh(refreshToken)).refreshToken).not.toBe(refreshToken);
  expect(await isIn()).toBe(true);
});

test('a program that comes back minutes after a lost answer goes on', async () => {
  const { first, refresh, clock, isIn } = await letIn();
  await refresh(first);
  await clock.advance(minutes(9));
  // The second answer is lost too.
  await refresh(first);
  await clock.advance(minutes(9));
  const answers = await Promise.all([1, 2, 3].map(() => refresh(first)));
  expect(new Set(answers.map(({ refreshToken }) => refreshToken)).size).toBe(1);
  const { refreshToken = '' } = answers[0] ?? {};
  await clock.advance(minutes(30));
  expect((await refresh(refreshToken)).refreshToken).not.toBe(refreshToken);
  expect(await isIn()).toBe(true);
});

test('a used token of a program is no use after ten minutes', async () => {
  const { first, refresh, clock, isIn } = await letIn();
  await refresh(first);
  await clock.advance(minutes(10));
  await expect(refresh(first)).rejects.toMatchObject(refused);
  expect(await isIn()).toBe(false);
});

test('a stolen token sends the program away once both parties used it', async () => {
  const { first, refresh, clock, isIn } = await letIn();
  const early = await refresh(first);
  await clock.advance(30_000);
  const late = await refresh(first);
  expect(await isIn()).toBe(true);
  await expect(refresh(early.refreshToken)).rejects.toMatchObject(refused);
  expect(await isIn()).toBe(false);
  await expect(refresh(late.refreshToken)).rejects.toMatchObject(refused);
});

test('a token older than the last sends the program away, however late it comes', async () => {
  const { first, refresh, clock, isIn } = await letIn();
  const second = await refresh(first);
  await clock.advance(minutes(1));
  await refresh(second.refreshToken);
  await clock.advance(minutes(1));
  await expect(refresh(first)).rejects.toMatchObject(refused);
  expect(await isIn()).toBe(false);
});

test.each([0, 30])(
  'a used token sends the program away where repeating is off, %i min later',
  async (later) => {
    const { first, refresh, clock, isIn } = await letIn(0);
    await refresh(first);
    await clock.advance(minutes(later));
    await expect(refresh(first)).rejects.toMatchObject(refused);
    expect(await isIn()).toBe(false);
  },
);
