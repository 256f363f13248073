import { eventually } from '@star-graph/core/testing/eventually';
import { createTcpProxy, type TcpProxy } from '@star-graph/core/testing/services/tcpProxy';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  addBackend,
  codeOf,
  createTestPlatform,
  startTestApi,
  type TestApi,
  type TestPlatform,
} from './testing/servers/apiServer.ts';

let platform: TestPlatform;
let database: TcpProxy;
let redis: TcpProxy;
let api: TestApi;
beforeEach(async () => {
  platform = await createTestPlatform();
  await addBackend(platform);
  database = await createTcpProxy(platform.db.url);
  redis = await createTcpProxy(platform.redis.url);
  api = await startTestApi(platform, { DATABASE_URL: database.url, REDIS_URL: redis.url });
});
afterEach(async () => {
  await database.restore();
  await redis.restore();
  await api.stop();
  await database[Symbol.asyncDispose]();
  await redis[Symbol.asyncDispose]();
  await platform[Symbol.asyncDispose]();
});

const balance = (token: string) => api.call('/api/v1/users/balance', { token });
async function expectUnavailable(token: string): Promise<void> {
  const answers = await Promise.all([
    balance(token),
    api.call('/api/v1/generate/text2img', { token, body: { prompt: 'a fox' } }),
    api.call('/api/v1/auth/login', { body: { username: 'someone', password: 'ten letters' } }),
  ]);
  for (const answer of answers) {
    expect([answer.status, codeOf(answer)]).toEqual([503, 'unavailable']);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  }
}

test('a frozen database gives 503 within 10 s, and recovers', async () => {
  const { accessToken: token } = await api.signUp();
  database.freeze();
  await expectUnavailable(token);
  const readiness = await api.call('/readyz');
  expect([readiness.status, readiness.body]).toMatchObject([
    503,
    {
      ready: false,
      dependencies: expect.arrayContaining([expect.objectContaining({ name: 'database', ok: false })]),
    },
  ]);
  // Nothing in it tells a stranger where the database is.
  expect(JSON.stringify(readiness.body)).not.toMatch(/\d+\.\d+\.\d+\.\d+|mysql:/);
  expect((await api.call('/healthz')).status).toBe(200);
  await database.restore();
  await expect.poll(async () => (await balance(token)).status).toBe(200);
  expect((await balance(token)).body).toMatchObject({ available: 100, held: 0 });
});

test('a database that is gone is answered by 503', async () => {
  const { accessToken: token } = await api.signUp();
  await database.cut();
  await expectUnavailable(token);
  await database.restore();
  await expect.poll(async () => (await balance(token)).status).toBe(200);
});

test.each([1020, 1205, 1213])('a request that others keep blocking (%i) gets 503', async (errno) => {
  const { accessToken: token } = await api.signUp();
  await platform.db.database.raw(`CREATE TRIGGER blocked BEFORE INSERT ON tasks FOR EACH ROW
    SIGNAL SQLSTATE '40001' SET MYSQL_ERRNO = ${errno}, MESSAGE_TEXT = 'blocked by others'`);
  const answer = await api.call('/api/v1/generate/text2img', { token, body: { prompt: 'a fox' } });
  expect([answer.status, codeOf(answer)]).toEqual([503, 'unavailable']);
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
});

test.each(['freeze', 'cut'] as const)(
  'requests are served without Redis (%s), and a logout ends a session',
  async (fault) => {
    const person = await api.signUp();
    const token = person.accessToken;
    expect((await balance(token)).status).toBe(200);
    await redis[fault]();
    await eventually(async () => {
      const readiness = await api.call('/readyz');
      expect([readiness.status, readiness.body.dependencies]).toMatchObject([
        200,
        expect.arrayContaining([expect.objectContaining({ name: 'redis', ok: false, needed: false })]),
      ]);
    });
    expect((await balance(token)).status).toBe(200);
    const task = await api.call('/api/v1/generate/text2img', { token, body: { prompt: 'a fox' } });
    expect(task.status).toBe(202);
    expect((await api.call(`/api/v1/tasks/${task.body.id}`, { token })).status).toBe(200);
    const out = await api.call('/api/v1/auth/logout', { body: { refreshToken: person.refreshToken } });
    expect(out.status).toBe(204);
    expect((await balance(token)).status).toBe(401);
  },
);
