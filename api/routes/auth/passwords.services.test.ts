import type { SignInView } from '@star-graph/contract/auth/signIn';
import { AuditRecord } from '@star-graph/core/ground/db/models/operation';
import { PasswordReset } from '@star-graph/core/ground/db/models/session';
import { User } from '@star-graph/core/ground/db/models/user';
import { expect, test } from 'vitest';
import { codeOf } from '../../testing/servers/apiServer.ts';
import { addServiceKey, apiFixture, platformFixture } from '../../testing/servers/fixtures.ts';

const platform = platformFixture();
const api = apiFixture(platform);
const old = 'long enough for all';
const next = 'another one for all';

const login = async ({ user }: SignInView, password: string) =>
  api.call('/api/v1/auth/login', { body: { username: user.username, password } });
const change = (token: string, body: object) => api.call('/api/v1/auth/password', { token, body });
const read = async (token: string) => (await api.call('/api/v1/users/profile', { token })).status;

async function makeLink(userId: string): Promise<string> {
  const token = await api.signInAsAdmin();
  const { status, body } = await api.call(`/api/admin/users/${userId}/password-reset`, {
    token,
    method: 'POST',
  });
  expect([status, body.url]).toEqual([201, expect.stringMatching(/\/reset-password#[\w-]{43}$/)]);
  return body.url.split('#')[1];
}
const reset = (token: string, password = next) =>
  api.call('/api/v1/auth/password-reset', { body: { token, password } });

test('a changed password ends every other session, and keeps this one', async () => {
  const own = await api.signUp();
  const other = (await login(own, old)).body;
  const { code } = (await api.call('/api/v1/users/link-codes', { token: other.accessToken, method: 'POST' }))
    .body;
  const link = await makeLink(own.user.id);
  expect((await change(own.accessToken, { password: old, newPassword: next })).status).toBe(204);
  expect([await read(own.accessToken), await read(other.accessToken)]).toEqual([200, 401]);
  expect((await api.call('/api/v1/auth/link', { body: { code } })).status).toBe(401);
  expect((await reset(link)).status).toBe(401);
  expect([(await login(own, old)).status, (await login(own, next)).status]).toEqual([401, 200]);
});

test('a password changes by its old one in a session of its person', async () => {
  const own = await api.signUp();
  const wrong = await change(own.accessToken, { password: 'wrong', newPassword: next });
  expect([wrong.status, codeOf(wrong), wrong.body.errors[0].pointer]).toEqual([
    422,
    'invalid-params',
    '/password',
  ]);
  const key = await api.call('/api/v1/users/api-keys', { token: own.accessToken, body: { name: 'k' } });
  expect((await change(key.body.key, { password: old, newPassword: next })).status).toBe(403);
  // A session that a service key let in.
  const { key: service } = await addServiceKey(api);
  const headers = { 'star-graph-act-for': 'discord:300000000000000001' };
  const made = { token: service, headers, method: 'POST' };
  const joined = (await api.call('/api/v1/users/link-codes', made)).body.code;
  const guest = (await api.call('/api/v1/auth/link', { body: { code: joined } })).body;
  expect((await change(guest.accessToken, { password: old, newPassword: next })).status).toBe(403);
  expect((await login(own, old)).status).toBe(200);
});

test('of two simultaneous changes of a password one is made', async () => {
  const own = await api.signUp();
  const wanted = ['the first of two', 'the second of two'];
  const answers = await Promise.all(
    wanted.map((newPassword) => change(own.accessToken, { password: old, newPassword })),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([204, 422]);
  const logins = await Promise.all(wanted.map((password) => login(own, password)));
  expect(logins.map(({ status }) => status)).toEqual(
    answers.map(({ status }) => (status === 204 ? 200 : 401)),
  );
});

test('a reset link works once, and ends every session', async () => {
  const own = await api.signUp();
  const link = await makeLink(own.user.id);
  expect(await read(own.accessToken)).toBe(200);
  const uses = await Promise.all([reset(link, 'the first of two'), reset(link, 'the second of two')]);
  expect(uses.map(({ status }) => status).sort()).toEqual([204, 401]);
  expect((await reset(link)).status).toBe(401);
  expect(await read(own.accessToken)).toBe(401);
  const set = uses[0]?.status === 204 ? 'the first of two' : 'the second of two';
  expect([(await login(own, old)).status, (await login(own, set)).status]).toEqual([401, 200]);
});

test('a reset link ends by time, by a later one and by a block', async () => {
  const own = await api.signUp();
  const earlier = await makeLink(own.user.id);
  const later = await makeLink(own.user.id);
  expect((await reset(earlier)).status).toBe(401);
  const { database } = platform.db;
  const living = PasswordReset.query(database).where({ userId: own.user.id }).whereNull('usedAt');
  await living.clone().patch({ expiresAt: new Date(Date.now() - 1_000) });
  expect((await reset(later)).status).toBe(401);
  const blocked = await makeLink(own.user.id);
  await User.query(database).findById(own.user.id).patch({ disabledAt: new Date() });
  expect((await reset(blocked)).status).toBe(401);
  expect((await User.query(database).findById(own.user.id))?.passwordHash).not.toBeNull();
});

test('only administrators make reset links, and none of their own', async () => {
  const [own, moderator] = [await api.signUp(), await api.signUp()];
  await User.query(platform.db.database).findById(moderator.user.id).patch({ role: 'moderator' });
  const path = `/api/admin/users/${own.user.id}/password-reset`;
  const token = await api.signInAsAdmin();
  for (const caller of [moderator.accessToken, own.accessToken])
    expect((await api.call(path, { token: caller, method: 'POST' })).status).toBe(403);
  const self = (await api.call('/api/v1/users/profile', { token })).body.id;
  expect((await api.call(`/api/admin/users/${self}/password-reset`, { token, method: 'POST' })).status).toBe(
    422,
  );
  const key = (await api.call('/api/v1/users/api-keys', { token, body: { name: 'k' } })).body.key;
  expect((await api.call(path, { token: key, method: 'POST' })).status).toBe(403);
  expect(await PasswordReset.query(platform.db.database).where({ userId: own.user.id })).toEqual([]);
});

test('a reset is in the audit, and its token nowhere', async () => {
  const own = await api.signUp();
  const token = await makeLink(own.user.id);
  expect((await reset(token)).status).toBe(204);
  const { database } = platform.db;
  const acts = await AuditRecord.query(database)
    .where({ target: `user:${own.user.id}` })
    .orderBy('id');
  expect(acts.map(({ action, actorId }) => [action, actorId === own.user.id])).toEqual([
    ['user.password-reset', false],
    ['user.password-reset.use', true],
  ]);
  const rows = await PasswordReset.query(database).where({ userId: own.user.id });
  expect(JSON.stringify([acts, rows])).not.toContain(token);
});

test('the page of a reset speaks both languages, and gets no token', async () => {
  const page = async (language: string) =>
    fetch(`${api.url}/reset-password`, { headers: { 'accept-language': language } });
  const [english, chinese] = [await page('en'), await page('zh-CN')];
  expect(await chinese.text()).toContain('设置新密码');
  const text = await english.text();
  expect(text).toContain('Set a new password');
  expect(text).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\son\w+=|style=/);
  expect(english.headers.get('content-security-policy')).not.toMatch(/unsafe/);
  for (const [, path = ''] of text.matchAll(/(?:src|href)="(\/[^"]+)"/g))
    expect([path, (await fetch(`${api.url}${path}`)).status]).toEqual([path, 200]);
});

test('no door takes a password that is guessed first, and what was there stays', async () => {
  const own = await api.signUp();
  const link = await makeLink(own.user.id);
  const refusals = [
    await api.call('/api/v1/auth/register', { body: { username: 'guessed-first', password: 'qwertyuiop' } }),
    await change(own.accessToken, { password: old, newPassword: 'sunshine2026' }),
    await reset(link, `${own.user.username}1`),
  ];
  expect(refusals.map(({ status, body }) => [status, body.errors[0].pointer])).toEqual([
    [422, '/password'],
    [422, '/newPassword'],
    [422, '/password'],
  ]);
  expect(await User.query(platform.db.database).findOne({ username: 'guessed-first' })).toBeUndefined();
  expect((await login(own, old)).status).toBe(200);
  expect((await reset(link)).status).toBe(204);
});
