import { Webhook } from '@star-graph/core/db/models/operation';
import { ApiKey } from '@star-graph/core/db/models/session';
import { Identity, User } from '@star-graph/core/db/models/user';
import { newId } from '@star-graph/core/runtime/ids';
import { beforeAll, describe, expect, test } from 'vitest';
import type { RouteSpec } from '../contract/route.ts';
import { routes } from '../contract/routes.ts';
import { actFor, newSnowflake } from '../testing/calls/discord.ts';
import { type Call, codeOf } from '../testing/servers/apiServer.ts';
import { addServiceKey, apiFixture, platformFixture } from '../testing/servers/fixtures.ts';

const platform = platformFixture();
const api = apiFixture(platform);
const other = apiFixture(platform);
let admin: string;
beforeAll(async () => {
  admin = await api.signInAsAdmin();
});

const profile = '/api/v1/users/profile';

/** A service key, and calls that it makes for a Discord user. */
async function addDelegate() {
  const { id, key } = await addServiceKey(api);
  const callFor = (snowflake: string, path: string, call: Call = {}) =>
    api.call(path, { ...call, token: key, headers: actFor(snowflake) });
  return {
    id,
    callFor,
    codeFor: async (snowflake: string): Promise<string> =>
      (await callFor(snowflake, '/api/v1/users/link-codes', { body: '' })).body.code,
    revoke: () => api.call(`/api/admin/service-keys/${id}`, { token: admin, method: 'DELETE' }),
  };
}

/** The Discord number of the administrator, which anybody on the same server can read. */
async function identifyAdministrator(): Promise<string> {
  const { body } = await api.call(profile, { token: admin });
  const subject = newSnowflake();
  await Identity.query(platform.db.database).insert({
    provider: 'discord',
    subject,
    userId: body.id,
    createdAt: new Date(),
  });
  return subject;
}

const useCode = (code: string, token?: string) =>
  api.call('/api/v1/auth/link', { body: { code }, ...(token === undefined ? {} : { token }) });
const refresh = (refreshToken: string) => api.call('/api/v1/auth/refresh', { body: { refreshToken } });

test('operations whose credentials outlive or outrank delegates are closed to them', () => {
  const specs = Object.entries(routes as Record<string, RouteSpec>);
  const open = specs.filter(([, { forDelegates, auth }]) => forDelegates && auth !== 'service');
  const making = open
    .filter(([, { needsPresence, auth: by }]) => needsPresence && by === 'user')
    .map(([id]) => id);
  expect(making).toEqual(['createLinkCode']);
});

describe('what a link code of a delegate opens', () => {
  test('has a user’s rights, though the code is an administrator’s', async () => {
    const key = await addDelegate();
    const { body: signIn } = await useCode(await key.codeFor(await identifyAdministrator()));
    const { accessToken: token, user } = signIn;
    expect(user.role).toBe('user');
    expect((await api.call(profile, { token })).body.role).toBe('user');
    const renewed = await refresh(signIn.refreshToken);
    expect(renewed.body.user.role).toBe('user');
    for (const it of [token, renewed.body.accessToken]) {
      expect((await api.call(profile, { token: it })).status).toBe(200);
      const refused = await api.call('/api/admin/users', { token: it });
      expect([refused.status, codeOf(refused)]).toEqual([403, 'forbidden']);
    }
    expect((await api.call('/api/admin/users', { token: admin })).status).toBe(200);
  });

  test('makes nothing that would outlive it', async () => {
    const key = await addDelegate();
    const { body: signIn } = await useCode(await key.codeFor(newSnowflake()));
    const token = signIn.accessToken;
    const hook = { url: 'https://93.184.215.14/hook', types: ['task_completed'] };
    const tries = [
      api.call('/api/v1/users/api-keys', { token, body: { name: 'k' } }),
      api.call('/api/v1/users/link-codes', { token, body: '' }),
      api.call('/api/v1/users/webhooks', { token, body: hook }),
    ];
    for (const answer of await Promise.all(tries))
      expect([answer.status, codeOf(answer)]).toEqual([403, 'forbidden']);
  });

  test('ends with the service key, in every process and generation', async () => {
    const key = await addDelegate();
    const snowflake = newSnowflake();
    const { body: signIn } = await useCode(await key.codeFor(snowflake));
    const unused = await key.codeFor(snowflake);
    const token = signIn.accessToken;
    // An earlier release let such a session make keys and webhooks.
    const { accessToken: own } = await api.signUp();
    const { body: made } = await api.call('/api/v1/users/api-keys', { token: own, body: { name: 'k' } });
    const webhook = await api.call('/api/v1/users/webhooks', {
      token: own,
      body: { url: 'https://93.184.215.14/hook', types: ['task_completed'] },
    });
    const { database } = platform.db;
    await ApiKey.query(database).findById(made.id).patch({ serviceKeyId: key.id });
    await Webhook.query(database).findById(webhook.body.id).patch({ serviceKeyId: key.id });
    const tokens = [token, made.key];
    for (const process of [api, other])
      for (const it of tokens) expect((await process.call(profile, { token: it })).status).toBe(200);

    expect((await key.revoke()).status).toBe(204);

    for (const process of [api, other])
      for (const it of tokens) {
        const answer = await process.call(profile, { token: it });
        expect([answer.status, codeOf(answer)]).toEqual([401, 'unauthenticated']);
      }
    expect((await refresh(signIn.refreshToken)).status).toBe(401);
    expect((await useCode(unused)).status).toBe(401);
    const row = await Webhook.query(database).findById(webhook.body.id);
    expect(row?.disabledAt).toEqual(expect.any(Date));
  });

  test('rests while the service key’s administrator is disabled', async () => {
    const key = await addDelegate();
    const { body: signIn } = await useCode(await key.codeFor(newSnowflake()));
    const token = signIn.accessToken;
    expect((await api.call(profile, { token })).status).toBe(200);
    const owner = { username: 'admin' };
    await User.query(platform.db.database).where(owner).patch({ disabledAt: new Date() });
    await platform.redis.empty();
    expect((await other.call(profile, { token })).status).toBe(401);
    expect((await refresh(signIn.refreshToken)).status).toBe(401);
    await User.query(platform.db.database).where(owner).patch({ disabledAt: null });
    await platform.redis.empty();
    expect((await other.call(profile, { token })).status).toBe(200);
  });

  test('joins no account, so that nothing outlives the service key', async () => {
    const key = await addDelegate();
    const { body: victim } = await useCode(await key.codeFor(newSnowflake()));
    const code = await key.codeFor(newSnowflake());
    expect((await useCode(code, victim.accessToken)).status).toBe(403);
    // The code is still good, for a person who signed in themselves.
    const person = await api.signUp();
    expect((await useCode(code, person.accessToken)).status).toBe(200);
  });
});

describe('joining an account', () => {
  test('with an operator’s rights is refused, with any code', async () => {
    const key = await addDelegate();
    const snowflake = newSnowflake();
    const { id } = (await key.callFor(snowflake, profile)).body;
    await User.query(platform.db.database).findById(id).patch({ role: 'moderator' });
    const thief = await api.signUp();
    const refused = await useCode(await key.codeFor(snowflake), thief.accessToken);
    expect([refused.status, codeOf(refused)]).toEqual([403, 'forbidden']);
    expect((await key.callFor(snowflake, profile)).body.id).toBe(id);
  });

  test('ends its keys, which would speak for the other account', async () => {
    const { accessToken: token, user } = await api.signUp();
    const made = await api.call('/api/v1/users/api-keys', { token, body: { name: 'k' } });
    // As after a sign-in by a provider, which needs no name.
    await User.query(platform.db.database).findById(user.id).patch({ username: null, passwordHash: null });
    const { code } = (await api.call('/api/v1/users/link-codes', { token, body: '' })).body;
    expect((await api.call(profile, { token: made.body.key })).status).toBe(200);
    const person = await api.signUp();
    const joined = await useCode(code, person.accessToken);
    expect(joined.status).toBe(200);
    expect((await api.call(profile, { token: made.body.key })).status).toBe(401);
  });

  test('keeps a person’s sign-in rights, though a service key made the code', async () => {
    const key = await addDelegate();
    const joined = await useCode(await key.codeFor(newSnowflake()), admin);
    expect(joined.body.user.role).toBe('admin');
    await key.revoke();
    const answer = await api.call('/api/admin/users', { token: joined.body.accessToken });
    expect(answer.status).toBe(200);
  });
});

test('an administrator’s acts name the service key they came through', async () => {
  const key = await addDelegate();
  const snowflake = await identifyAdministrator();
  const { user } = await api.signUp();
  const path = `/api/admin/users/${user.id}`;
  const credits = { amount: 5, reason: 'thanks', key: newId() };
  expect((await key.callFor(snowflake, `${path}/credits`, { body: credits })).status).toBe(200);
  const block = { method: 'PATCH', body: { disabled: true } };
  expect((await key.callFor(snowflake, path, block)).status).toBe(200);
  await api.call(path, { token: admin, method: 'PATCH', body: { disabled: false } });
  const { body } = await api.call(`/api/admin/audit?target=user:${user.id}`, { token: admin });
  const keys = body.items.map(({ data }: { data: { serviceKey?: string } }) => data.serviceKey);
  expect(keys).toEqual([undefined, key.id, key.id]);
});

test('a link code ends with the session it was made in, and the session it opened names that', async () => {
  const { accessToken: token, refreshToken } = await api.signUp();
  const make = async () => (await api.call('/api/v1/users/link-codes', { token, body: '' })).body.code;
  const [used, unused] = [await make(), await make()];
  const { body: child } = await useCode(used);
  const sessions = async () =>
    (await api.call('/api/v1/auth/sessions', { token: child.accessToken })).body.items;
  const [opened, maker] = await sessions();
  expect(opened).toMatchObject({ current: true, fromCode: true, madeBy: { kind: 'session', id: maker.id } });
  expect([maker.fromCode, maker.madeBy]).toEqual([undefined, undefined]);
  await api.call('/api/v1/auth/logout', { body: { refreshToken } });
  expect((await useCode(unused)).status).toBe(401);
  // Where a person signed in by a code they stay signed in.
  expect(await sessions()).toMatchObject([{ id: opened.id }]);
});

test('a link code ends with the person’s sessions', async () => {
  const { accessToken: token } = await api.signUp();
  const { code } = (await api.call('/api/v1/users/link-codes', { token, body: '' })).body;
  expect((await api.call('/api/v1/auth/sessions', { token, method: 'DELETE' })).status).toBe(204);
  expect((await useCode(code)).status).toBe(401);
});

test('an API key cannot make codes, keys or sessions', async () => {
  const { accessToken: token } = await api.signUp();
  const { body } = await api.call('/api/v1/users/api-keys', { token, body: { name: 'k' } });
  const { code } = (await api.call('/api/v1/users/link-codes', { token, body: '' })).body;
  const tries = [
    api.call('/api/v1/users/api-keys', { token: body.key, body: { name: 'more' } }),
    api.call('/api/v1/users/link-codes', { token: body.key, body: '' }),
    useCode(code, body.key),
  ];
  for (const answer of await Promise.all(tries))
    expect([answer.status, codeOf(answer)]).toEqual([403, 'forbidden']);
  expect((await useCode(code)).status).toBe(200);
});
