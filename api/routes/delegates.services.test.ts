import type { RouteSpec } from '@star-graph/contract/route';
import { routes } from '@star-graph/contract/routes';
import { Webhook } from '@star-graph/core/ground/db/models/operation';
import { ApiKey, Session } from '@star-graph/core/ground/db/models/session';
import { Identity, User } from '@star-graph/core/ground/db/models/user';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { newId } from '@star-graph/core/ground/runtime/ids';
import { createApiKey } from '@star-graph/core/people/identity/credentials/apiKeys';
import { takeDiscordNotices } from '@star-graph/core/people/identity/discordNotices';
import { silentLog } from '@star-graph/core/testing/events';
import { beforeAll, describe, expect, test } from 'vitest';
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

/** A key such as a session from a code could make in earlier releases. */
async function makeOldKey(userId: string, serviceKeyId: string): Promise<string> {
  const { redis, prefix } = platform.redis;
  const deps = { database: platform.db.database, clock: systemClock, redis, prefix, log: silentLog };
  return (await createApiKey(deps, { userId, kind: 'user', name: 'k', serviceKeyId })).text;
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
  expect(making).toEqual(['createLinkCode', 'unlinkIdentity']);
});

describe('what a link code of a delegate opens', () => {
  test('sees and makes tasks, and reaches nothing else of the account', async () => {
    const key = await addDelegate();
    const { accessToken: token } = (await useCode(await key.codeFor(newSnowflake()))).body;
    for (const path of ['profile', 'balance', 'history', 'preferences'])
      expect((await api.call(`/api/v1/users/${path}`, { token })).status).toBe(200);
    for (const path of ['tasks', 'assets', 'workflows', 'favourites'])
      expect([path, (await api.call(`/api/v1/${path}`, { token })).status]).toEqual([path, 200]);
    const made = await api.call('/api/v1/generate/text2img', { token, body: { prompt: 'a fox' } });
    expect([made.status, codeOf(made)]).toEqual([503, 'no-backend']);
    const tries = [
      api.call('/api/v1/users/export', { token }),
      api.call('/api/v1/users/deletion', { token, body: {} }),
      api.call('/api/v1/auth/sessions', { token, method: 'DELETE' }),
      api.call('/api/v1/auth/sessions', { token }),
      api.call('/api/v1/users/link-codes', { token, body: '' }),
      api.call('/api/v1/users/api-keys', { token, body: { name: 'k' } }),
      api.call('/api/v1/users/webhooks', { token, body: { url: 'https://93.184.215.14/hook' } }),
      api.call('/api/v1/users/transfers', { token, body: { to: 'admin', amount: 1, key: newId() } }),
      api.call('/api/v1/users/email', { token, method: 'PUT', body: { email: 'a@b.example' } }),
      api.call('/api/v1/auth/second-factor', { token }),
    ];
    for (const refused of await Promise.all(tries)) {
      expect([refused.status, codeOf(refused)]).toEqual([403, 'forbidden']);
      expect(refused.body.detail).toContain('sees and makes tasks and nothing else');
    }
    // A person who signed in themselves is not meant.
    const { accessToken: own } = await api.signUp();
    expect((await api.call('/api/v1/auth/sessions', { token: own })).status).toBe(200);
  });

  test.each(['a password', 'a role', 'a second factor'])(
    'is nothing for an account with %s, whose person signs in alone',
    async (what) => {
      const key = await addDelegate();
      const snowflake = newSnowflake();
      const early = await key.codeFor(snowflake);
      const { id } = (await key.callFor(snowflake, profile)).body;
      const given = {
        'a password': { passwordHash: 'x' },
        'a role': { role: 'moderator' as const },
        'a second factor': { secondFactorSince: new Date() },
      }[what];
      await User.query(platform.db.database)
        .findById(id)
        .patch({ ...given });
      const refused = [
        await key.callFor(snowflake, '/api/v1/users/link-codes', { body: '' }),
        await useCode(early),
      ];
      for (const one of refused) expect([one.status, codeOf(one)]).toEqual([403, 'forbidden']);
      expect(await Session.query(platform.db.database).where({ userId: id })).toEqual([]);
    },
  );

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
    const day = { createdAt: new Date(), expiresAt: new Date(Date.now() + 86_400_000) };
    const codesMade = [made.id, newId()].map((maker, index) => ({
      codeHash: `${index}`.repeat(64),
      userId: signIn.user.id,
      madeBy: `key:${maker}`,
      ...day,
    }));
    await database('link_codes').insert(codesMade);
    const madeBy = { kind: 'service-key', id: key.id, name: 'bot' };
    for (const list of ['users/api-keys', 'users/webhooks'])
      expect((await api.call(`/api/v1/${list}`, { token: own })).body.items).toMatchObject([{ madeBy }]);
    const sessions = `/api/admin/users/${signIn.user.id}/sessions`;
    expect((await api.call(sessions, { token: admin })).body.items).toMatchObject([{ madeBy }]);
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
    const codes = await database('link_codes').whereIn('codeHash', ['0'.repeat(64), '1'.repeat(64)]);
    expect(codes.map(({ usedAt }) => usedAt)).toEqual([expect.any(Date), null]);
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

describe('a person at Discord without an e-mail address', () => {
  const notices = '/api/v1/discord-notices';
  const signInBy = async (code: string, userAgent: string) =>
    api.call('/api/v1/auth/link', { body: { code }, headers: { 'user-agent': userAgent } });

  test('is told of a new device by the bot: each message until it is done, at most five times', async () => {
    await platform.db.database('discord_notices').delete();
    const { key: token } = await addServiceKey(api);
    const [key, snowflake] = [await addDelegate(), newSnowflake()];
    // After what came before on the API's clock, however long that took.
    const takeAfter = (minutes: number, done: string[] = []) => {
      const clock = { now: () => new Date(Date.now() + minutes * 60_000) };
      return takeDiscordNotices({ database: platform.db.database, clock }, done);
    };
    for (const userAgent of ['first', 'first', 'second'])
      expect((await signInBy(await key.codeFor(snowflake), userAgent)).status).toBe(200);
    const { items } = (await api.call(notices, { token, body: { done: [] } })).body;
    expect(items).toMatchObject([
      {
        discordUserId: snowflake,
        change: 'newDevice',
        device: 'second',
        address: '127.0.0.1',
        locale: 'en',
        url: expect.stringContaining('/account/security'),
      },
    ]);
    expect((await api.call(notices, { token, body: { done: [] } })).body.items).toEqual([]);
    for (const minutes of [2, 5, 10, 20])
      expect(await takeAfter(minutes)).toMatchObject([{ id: items[0].id }]);
    expect(await takeAfter(60)).toEqual([]);

    await signInBy(await key.codeFor(snowflake), 'third');
    const [next] = await takeAfter(1);
    expect(next).toMatchObject({ device: 'third' });
    await api.call(notices, { token, body: { done: [next?.id] } });
    expect(await takeAfter(60)).toEqual([]);
  });

  test('is told that the messages were switched off, and of nothing after that', async () => {
    const [key, snowflake] = [await addDelegate(), newSnowflake()];
    const { key: token } = await addServiceKey(api);
    const choose = (tellChanges: boolean) =>
      key.callFor(snowflake, '/api/v1/users/preferences', { method: 'PATCH', body: { tellChanges } });
    await signInBy(await key.codeFor(snowflake), 'first');
    await choose(true);
    await choose(false);
    await signInBy(await key.codeFor(snowflake), 'second');
    const { items } = (await api.call(notices, { token, body: { done: [] } })).body;
    const own = items.filter((one: { discordUserId: string }) => one.discordUserId === snowflake);
    expect(own.map(({ change }: { change: string }) => change)).toEqual(['messagesOff']);
  });
});

describe('joining an account', () => {
  const preview = (code: string, token: string) =>
    api.call('/api/v1/auth/link/preview', { token, body: { code } });
  const unlink = (token: string, subject: string) =>
    api.call('/api/v1/users/identities/removal', { token, body: { provider: 'discord', subject } });

  test('is asked about by the name of the other side, which leaves the code as it is', async () => {
    const [key, snowflake, person] = [await addDelegate(), newSnowflake(), await api.signUp()];
    const { code } = (await key.callFor(snowflake, '/api/v1/users/link-codes', { body: { name: '@fox' } }))
      .body;
    const other = { provider: 'discord', subject: snowflake, displayName: '@fox' };
    for (let time = 0; time < 2; time++) {
      const { body } = await preview(code, person.accessToken);
      expect(body).toEqual({
        account: { username: null, createdAt: expect.any(String) },
        identities: [other],
      });
    }
    expect((await api.call('/api/v1/auth/link/preview', { body: { code } })).status).toBe(401);
    expect((await useCode(code, person.accessToken)).status).toBe(200);
    expect((await preview(code, person.accessToken)).status).toBe(401);
    const { body } = await api.call(`/api/admin/audit?target=user:${person.user.id}`, { token: admin });
    expect(body.items).toMatchObject([{ action: 'user.link', actorId: person.user.id }]);
  });

  test('whose code is guessed at is stopped, right codes in between notwithstanding', async () => {
    const [key, person] = [await addDelegate(), await api.signUp()];
    const code = await key.codeFor(newSnowflake());
    const statuses: number[] = [];
    // Enough for every bound of one address.
    for (let time = 0; time < 40 && !statuses.includes(429); time++)
      for (const one of ['ABCD-EFGH-JKLM', code])
        statuses.push((await preview(one, person.accessToken)).status);
    expect(statuses).toContain(429);
    await platform.redis.empty();
  });

  test('has a way back: what was made stays, the other starts empty, and its ways in end', async () => {
    const [key, snowflake, person] = [await addDelegate(), newSnowflake(), await api.signUp()];
    const token = person.accessToken;
    await useCode(await key.codeFor(snowflake), token);
    const balance = (await api.call('/api/v1/users/balance', { token })).body;
    expect((await key.callFor(snowflake, profile)).body.id).toBe(person.user.id);
    const old = await makeOldKey(person.user.id, key.id);
    const { body } = await api.call('/api/v1/users/api-keys', { token, body: { name: 'own' } });
    expect((await unlink(body.key, snowflake)).status).toBe(403);

    const unlinked = await unlink(token, snowflake);
    expect([unlinked.status, unlinked.body.identities]).toEqual([200, []]);

    for (const process of [api, other]) {
      expect((await process.call(profile, { token: old })).status).toBe(401);
      expect((await process.call(profile, { token: body.key })).status).toBe(200);
    }
    const own = (await key.callFor(snowflake, profile)).body;
    expect([own.id === person.user.id, own.username]).toEqual([false, null]);
    expect((await key.callFor(snowflake, '/api/v1/users/balance')).body).toMatchObject({ available: 0 });
    expect((await api.call('/api/v1/users/balance', { token })).body).toEqual(balance);
    const audit = await api.call(`/api/admin/audit?target=user:${person.user.id}`, { token: admin });
    expect(audit.body.items.map(({ action }: { action: string }) => action)).toEqual([
      'user.unlink',
      'user.link',
    ]);
    for (const again of [snowflake, newSnowflake()]) expect((await unlink(token, again)).status).toBe(404);
  });

  test('is undone through a service key for the person that it acts for alone', async () => {
    const [key, snowflake, person] = [await addDelegate(), newSnowflake(), await api.signUp()];
    await useCode(await key.codeFor(snowflake), person.accessToken);
    const second = newSnowflake();
    await useCode(await key.codeFor(second), person.accessToken);
    const unlinkBy = (acting: string, subject: string) =>
      key.callFor(acting, '/api/v1/users/identities/removal', { body: { provider: 'discord', subject } });
    expect((await unlinkBy(snowflake, second)).status).toBe(403);
    expect((await key.callFor(second, profile)).body.id).toBe(person.user.id);
    expect((await unlinkBy(snowflake, snowflake)).status).toBe(200);
    expect((await key.callFor(snowflake, profile)).body.id).not.toBe(person.user.id);
    // The account of its own has no other way in.
    expect((await unlinkBy(snowflake, snowflake)).status).toBe(403);
  });

  test('is kept where it is the only way into the account', async () => {
    const [key, snowflake, person] = [await addDelegate(), newSnowflake(), await api.signUp()];
    await useCode(await key.codeFor(snowflake), person.accessToken);
    await User.query(platform.db.database).findById(person.user.id).patch({ passwordHash: null });
    const refused = await unlink(person.accessToken, snowflake);
    expect([refused.status, codeOf(refused)]).toEqual([403, 'forbidden']);
    expect((await key.callFor(snowflake, profile)).body.id).toBe(person.user.id);
  });

  test('takes the role along that a provider’s groups gave, when it is unlinked', async () => {
    const person = await api.signUp();
    const subject = newSnowflake();
    const identity = { provider: 'discord', subject, userId: person.user.id, createdAt: new Date() };
    await Identity.query(platform.db.database).insert({ ...identity, givenRole: 'moderator' });
    await User.query(platform.db.database).findById(person.user.id).patch({ role: 'moderator' });
    await platform.redis.empty();
    expect((await unlink(person.accessToken, subject)).body).toMatchObject({ identities: [] });
    const roles = await User.query(platform.db.database).findById(person.user.id).select('role');
    expect(roles?.role).toBe('user');
    expect((await api.call(profile, { token: person.accessToken })).status).toBe(401);
  });

  test('with an operator’s rights is refused, with any code', async () => {
    const key = await addDelegate();
    const snowflake = newSnowflake();
    const { id } = (await key.callFor(snowflake, profile)).body;
    const early = await key.codeFor(snowflake);
    await User.query(platform.db.database).findById(id).patch({ role: 'moderator' });
    const thief = await api.signUp();
    const refused = await useCode(early, thief.accessToken);
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
  expect(opened).toMatchObject({
    current: true,
    fromCode: true,
    madeBy: { kind: 'session', id: maker.id, name: 'node' },
  });
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
