import { User } from '@star-graph/core/ground/db/models/user';
import { createTwoColours } from '@star-graph/core/testing/pictures';
import { expect, test } from 'vitest';
import { codeOf } from '../../testing/servers/apiServer.ts';
import { apiFixture, platformFixture } from '../../testing/servers/fixtures.ts';

const platform = platformFixture();
const api = apiFixture(platform);

const path = '/api/v1/users/deletion';
const password = 'long enough for all';

async function signUp() {
  const { user, accessToken: token, refreshToken } = await api.signUp();
  return { id: user.id, username: user.username ?? '', token, refreshToken };
}

/** @returns its link, at the port that the API got */
async function uploadPicture(token: string): Promise<string> {
  const body = new FormData();
  body.append(
    'file',
    new Blob([await createTwoColours(8, 8).png().toBuffer()], { type: 'image/png' }),
    'a.png',
  );
  const { pathname, search } = new URL((await api.call('/api/v1/assets', { token, body })).body.url);
  return `${api.url}${pathname}${search}`;
}

test('an account ends for its person at once', async () => {
  const person = await signUp();
  const { token, username } = person;
  const { key } = (await api.call('/api/v1/users/api-keys', { token, body: { name: 'mine' } })).body;
  const url = await uploadPicture(token);
  expect((await fetch(url)).status).toBe(200);

  expect((await api.call(path, { token, body: { password } })).status).toBe(204);
  expect((await api.call('/api/v1/users/profile', { token })).status).toBe(401);
  expect((await api.call('/api/v1/users/profile', { token: key })).status).toBe(401);
  const refresh = { refreshToken: person.refreshToken };
  expect((await api.call('/api/v1/auth/refresh', { body: refresh })).status).toBe(401);
  expect((await api.call('/api/v1/auth/login', { body: { username, password } })).status).toBe(401);
  expect((await fetch(url)).status).toBe(404);
  const again = await api.call('/api/v1/auth/register', { body: { username, password } });
  expect(again.status).toBe(201);
  expect(again.body.user.id).not.toBe(person.id);
});

test('a stolen token without the password deletes nothing', async () => {
  const { token, username } = await signUp();
  for (const body of [{}, { password: 'another password' }])
    expect(codeOf(await api.call(path, { token, body }))).toBe('invalid-params');
  const { key } = (await api.call('/api/v1/users/api-keys', { token, body: { name: 'mine' } })).body;
  expect(codeOf(await api.call(path, { token: key, body: { password } }))).toBe('forbidden');
  expect((await api.call('/api/v1/auth/login', { body: { username, password } })).status).toBe(200);
});

test('an account without a password wants a new sign-in', async () => {
  const { id, token } = await signUp();
  const { database } = platform.db;
  await User.query(database).findById(id).patch({ passwordHash: null });
  const provenFor = async (minutes: number) => {
    const provenAt = new Date(Date.now() - minutes * 60_000);
    await database('sessions').where({ userId: id }).update({ provenAt });
    await platform.redis.empty();
  };
  await provenFor(11);
  expect(codeOf(await api.call(path, { token, body: {} }))).toBe('presence-required');
  await provenFor(9);
  expect((await api.call(path, { token, body: {} })).status).toBe(204);
});

test('the last administrator stays', async () => {
  const token = await api.signInAsAdmin();
  const { database } = platform.db;
  const { id } = await User.query(database).findOne({ username: 'admin' }).throwIfNotFound();
  await User.query(database).findById(id).patch({ passwordHash: null });
  expect(codeOf(await api.call(path, { token, body: {} }))).toBe('forbidden');
  expect(await User.query(database).findById(id)).toMatchObject({ username: 'admin', disabledAt: null });
});

test('of two administrators who go at once one stays', async () => {
  const { database } = platform.db;
  const people = [await signUp(), await signUp()];
  const ids = people.map(({ id }) => id);
  await User.query(database).whereNotIn('id', ids).where({ role: 'admin' }).patch({ role: 'user' });
  await User.query(database).findByIds(ids).patch({ role: 'admin' });
  const answers = await Promise.all(people.map(({ token }) => api.call(path, { token, body: { password } })));
  expect(answers.map(({ status }) => status).toSorted()).toEqual([204, 403]);
  expect(await User.query(database).where({ role: 'admin' }).whereNull('disabledAt')).toHaveLength(1);
  await User.query(database).where({ username: 'admin' }).patch({ role: 'admin' });
});

test('a moderator deletes nobody, an administrator others only', async () => {
  const { database } = platform.db;
  const [victim, moderator, admin] = [await signUp(), await signUp(), await signUp()];
  await User.query(database).findById(moderator.id).patch({ role: 'moderator' });
  await User.query(database).findById(admin.id).patch({ role: 'admin' });
  const signIn = async ({ username }: { username: string }): Promise<string> =>
    (await api.call('/api/v1/auth/login', { body: { username, password } })).body.accessToken;
  const remove = async (who: { username: string }, id: string) =>
    api.call(`/api/admin/users/${id}/deletion`, {
      token: await signIn(who),
      body: { reason: 'asked by mail' },
    });
  expect(codeOf(await remove(moderator, victim.id))).toBe('forbidden');
  expect(codeOf(await remove(admin, admin.id))).toBe('invalid-params');
  expect((await remove(admin, victim.id)).status).toBe(204);
  expect((await api.call('/api/v1/users/profile', { token: victim.token })).status).toBe(401);
  expect((await remove(admin, victim.id)).status).toBe(204);
});
