import { randomBytes } from 'node:crypto';
import { ApiKey, Session } from '@star-graph/core/ground/db/models/session';
import { User } from '@star-graph/core/ground/db/models/user';
import { hashSecret } from '@star-graph/core/ground/encryption/secrets';
import { expect, test } from 'vitest';
import { actFor, newSnowflake } from '../../testing/calls/discord.ts';
import { type Answer, codeOf } from '../../testing/servers/apiServer.ts';
import { addServiceKey, apiFixture, platformFixture } from '../../testing/servers/fixtures.ts';

const platform = platformFixture();
const api = apiFixture(platform);
const password = 'long enough for all';
const statusOf = (answer: Answer) => [answer.status, codeOf(answer)];
const tooOld = [403, 'presence-required'];

const makeKey = (token: string) => api.call('/api/v1/users/api-keys', { token, body: { name: 'k' } });
const prove = (token: string, body: object) => api.call('/api/v1/auth/presence', { token, body });

/** As if the last proof of the person's sessions had been so many minutes ago. */
async function age(userId: string, minutes: number): Promise<void> {
  const provenAt = new Date(Date.now() - minutes * 60_000);
  await Session.query(platform.db.database).where({ userId }).patch({ provenAt });
  await platform.redis.empty();
}

test('signing in proves that the person is there for ten minutes, and refreshing does not', async () => {
  const { accessToken: token, refreshToken, user } = await api.signUp();
  expect((await makeKey(token)).status).toBe(201);
  await age(user.id, 9);
  expect((await makeKey(token)).status).toBe(201);
  await age(user.id, 11);
  expect(statusOf(await makeKey(token))).toEqual(tooOld);
  const renewed = await api.call('/api/v1/auth/refresh', { body: { refreshToken } });
  expect(statusOf(await makeKey(renewed.body.accessToken))).toEqual(tooOld);
  expect(await ApiKey.query(platform.db.database).where({ userId: user.id }).resultSize()).toBe(2);
});

test('the password proves it anew, in this session alone, and a wrong one proves nothing', async () => {
  const { accessToken: token, user } = await api.signUp();
  const other = await api.call('/api/v1/auth/login', { body: { username: user.username, password } });
  await age(user.id, 11);
  for (const body of [{ password: 'wrong' }, {}])
    expect(statusOf(await prove(token, body))).toEqual([422, 'invalid-params']);
  expect(statusOf(await makeKey(token))).toEqual(tooOld);
  const beganMs = Date.now();
  const proven = await prove(token, { password });
  expect(proven.status).toBe(200);
  const provenMs = new Date(proven.body.until).getTime() - 10 * 60_000;
  expect([provenMs >= beganMs, provenMs <= Date.now()]).toEqual([true, true]);
  expect((await makeKey(token)).status).toBe(201);
  expect(statusOf(await makeKey(other.body.accessToken))).toEqual(tooOld);
});

test('a session from a code proves nothing until the password is shown there', async () => {
  const { accessToken, user } = await api.signUp();
  const { code } = (await api.call('/api/v1/users/link-codes', { token: accessToken, body: '' })).body;
  const token = (await api.call('/api/v1/auth/link', { body: { code } })).body.accessToken;
  expect((await api.call('/api/v1/users/profile', { token })).body.id).toBe(user.id);
  expect(statusOf(await makeKey(token))).toEqual(tooOld);
  expect((await prove(token, { password })).status).toBe(200);
  expect((await makeKey(token)).status).toBe(201);
});

test('a program comes in once by a code whose hash a person has approved, and nobody by the hash', async () => {
  const { accessToken: token, user } = await api.signUp();
  const other = await api.signUp();
  const code = randomBytes(32).toString('hex').toUpperCase();
  const challenge = hashSecret(code);
  const approve = (by: string) =>
    api.call('/api/v1/users/link-codes/approvals', { token: by, body: { challenge } });
  const comeIn = (shown: string) => api.call('/api/v1/auth/link', { body: { code: shown } });
  // More often than wrong codes may be typed: it asks until the person has answered.
  for (let turn = 0; turn < 12; turn++)
    expect(statusOf(await comeIn(code))).toEqual([401, 'unauthenticated']);
  await age(user.id, 11);
  expect(statusOf(await approve(token))).toEqual(tooOld);
  await prove(token, { password });
  expect((await approve(token)).status).toBe(201);
  expect((await approve(token)).status).toBe(201);
  expect(statusOf(await approve(other.accessToken))).toEqual([422, 'invalid-params']);
  expect(statusOf(await comeIn(challenge))).toEqual([401, 'unauthenticated']);
  const entered = await comeIn(code);
  expect([entered.status, entered.body.user?.id]).toEqual([200, user.id]);
  expect(statusOf(await comeIn(code))).toEqual([401, 'unauthenticated']);
  expect(statusOf(await approve(token))).toEqual([422, 'invalid-params']);
});

test('a session that a service key let in never proves it, also with the right password', async () => {
  const { key } = await addServiceKey(api);
  const asked = { token: key, headers: actFor(newSnowflake()), body: '' };
  const { code } = (await api.call('/api/v1/users/link-codes', asked)).body;
  const token = (await api.call('/api/v1/auth/link', { body: { code } })).body.accessToken;
  for (const answer of [await prove(token, { password }), await makeKey(token)])
    expect(statusOf(answer)).toEqual([403, 'forbidden']);
});

test('an account without password and factor signs in again', async () => {
  const { accessToken: token, user } = await api.signUp();
  await User.query(platform.db.database).findById(user.id).patch({ passwordHash: null });
  expect((await prove(token, {})).status).toBe(200);
  await age(user.id, 11);
  expect(statusOf(await prove(token, {}))).toEqual(tooOld);
  const started = await api.call('/api/v1/auth/second-factor/totp', { token, body: {} });
  expect(statusOf(started)).toEqual(tooOld);
});

test('a stolen access token makes no key, code, webhook or role once its sign-in is old', async () => {
  const admin = await api.signInAsAdmin();
  const { id } = (await api.call('/api/v1/users/profile', { token: admin })).body;
  const { user: thief } = await api.signUp();
  await age(id, 11);
  const tries = [
    makeKey(admin),
    api.call('/api/v1/users/link-codes', { token: admin, body: '' }),
    api.call('/api/v1/users/webhooks', {
      token: admin,
      body: { url: 'https://93.184.215.14/hook', types: ['task_completed'] },
    }),
    api.call(`/api/admin/users/${thief.id}`, { token: admin, method: 'PATCH', body: { role: 'admin' } }),
    api.call('/api/admin/service-keys', { token: admin, body: { name: 'bot' } }),
    api.call('/api/v1/users/email', { token: admin, method: 'DELETE' }),
  ];
  for (const answer of await Promise.all(tries)) expect(statusOf(answer)).toEqual(tooOld);
  expect((await User.query(platform.db.database).findById(thief.id))?.role).toBe('user');
  expect((await api.call('/api/admin/users', { token: admin })).status).toBe(200);
});
