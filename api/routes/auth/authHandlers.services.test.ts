import { createHmac } from 'node:crypto';
import { createClient } from '@star-graph/client/client';
import {
  createSessionCredentials,
  type SessionTokens,
  toSessionTokens,
} from '@star-graph/client/credentials';
import type { FailedSignInsView } from '@star-graph/contract/admin/failedSignIns';
import type { SignInTryView } from '@star-graph/contract/auth/sessions';
import type { SignInView } from '@star-graph/contract/auth/signIn';
import { SignInTry } from '@star-graph/core/ground/db/models/session';
import { newId } from '@star-graph/core/ground/runtime/ids';
import { signInsSeen } from '@star-graph/core/people/identity/credentials/signInTries';
import { describe, expect, test } from 'vitest';
import { codeOf, startTestApi, testKey } from '../../testing/servers/apiServer.ts';
import { apiFixture, platformFixture } from '../../testing/servers/fixtures.ts';

const platform = platformFixture();
const api = apiFixture(platform);
const other = apiFixture(platform);

const profile = '/api/v1/users/profile';
const refresh = (signIn: SignInView, client = 'the same') =>
  api.call('/api/v1/auth/refresh', {
    body: { refreshToken: signIn.refreshToken },
    headers: { 'user-agent': client },
  });
const claimsOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());

describe('an account', () => {
  test('is created with its grant, lowercase name and first session', async () => {
    const answer = await api.call('/api/v1/auth/register', {
      body: { username: 'Ada.1', password: 'ten letters' },
    });
    expect(answer.status).toBe(201);
    expect(answer.body.user).toMatchObject({ username: 'ada.1', role: 'user', locale: 'en' });
    const balance = await api.call('/api/v1/users/balance', { token: answer.body.accessToken });
    expect(balance.body).toMatchObject({ available: 100, held: 0 });
  });

  test('keeps its name exclusively, in any capitals; a second try leaves nothing', async () => {
    await api.call('/api/v1/auth/register', { body: { username: 'grace', password: 'ten letters' } });
    const again = await api.call('/api/v1/auth/register', {
      body: { username: 'GRACE', password: 'other letters' },
    });
    expect(again.status).toBe(422);
    expect(again.body.errors).toEqual([{ pointer: '/username', message: 'Taken.' }]);
    expect(
      (await api.call('/api/v1/auth/login', { body: { username: 'grace', password: 'ten letters' } })).status,
    ).toBe(200);
  });

  test.each([
    [{ username: 'ab', password: 'ten letters' }, '/username'],
    [{ username: 'a b c', password: 'ten letters' }, '/username'],
    [{ username: 'x'.repeat(33), password: 'ten letters' }, '/username'],
    [{ username: 'né.e', password: 'ten letters' }, '/username'],
    [{ username: 'fine', password: 'short' }, '/password'],
    [{ username: 'fine', password: 'x'.repeat(201) }, '/password'],
    [{ username: 'fine' }, '/password'],
    [{ username: 'fine', password: 'ten letters', role: 'admin' }, '/role'],
    [{ username: 7, password: 'ten letters' }, '/username'],
  ])('is refused for %j', async (body, pointer) => {
    const answer = await api.call('/api/v1/auth/register', { body });
    expect([answer.status, codeOf(answer)]).toEqual([422, 'invalid-params']);
    expect(answer.body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer);
  });

  test('cannot be made where registration is closed', async () => {
    await using closed = await startTestApi(platform, { REGISTRATION: 'closed' });
    const answer = await closed.call('/api/v1/auth/register', {
      body: { username: 'late', password: 'ten letters' },
    });
    expect([answer.status, codeOf(answer)]).toEqual([403, 'forbidden']);
  });
});

describe('signing in', () => {
  test('answers a wrong name and a wrong password alike', async () => {
    await api.call('/api/v1/auth/register', { body: { username: 'linus', password: 'ten letters' } });
    const wrongName = await api.call('/api/v1/auth/login', {
      body: { username: 'nobody', password: 'ten letters' },
    });
    const wrongWord = await api.call('/api/v1/auth/login', {
      body: { username: 'linus', password: 'ten ladders' },
    });
    const { instance: _a, traceId: _c, ...one } = wrongName.body;
    const { instance: _b, traceId: _d, ...two } = wrongWord.body;
    expect(one).toEqual(two);
    expect(wrongName.status).toBe(401);
  });

  test.each(['josé', '小明', '💥'])('answers alike for %s, an impossible name', async (username) => {
    const answer = await api.call('/api/v1/auth/login', { body: { username, password: 'ten letters' } });
    expect([answer.status, answer.body.detail]).toEqual([401, 'User name or password is wrong.']);
  });

  test.each(['known-name', 'unknown-name'])(
    'is refused after 10 failures of a name (%s) per network',
    async (username) => {
      await using fresh = await startTestApi(platform, { TRUSTED_PROXIES: '127.0.0.1' });
      const isKnown = username === 'known-name';
      if (isKnown) await fresh.call('/api/v1/auth/register', { body: { username, password: 'ten letters' } });
      const from = (address: string, password: string) =>
        fresh.call('/api/v1/auth/login', {
          body: { username, password },
          headers: { 'x-forwarded-for': address },
        });
      const network = isKnown ? '2001:db8:1:2' : '2001:db8:1:3';
      const tries = Array.from({ length: 14 }, (_, at) => from(`${network}::${at + 1}`, 'wrong letters'));
      const statuses = (await Promise.all(tries)).map(({ status }) => status);
      expect(statuses.filter((status) => status === 401)).toHaveLength(10);
      expect(statuses.filter((status) => status === 429)).toHaveLength(4);
      const right = await from(`${network}:ffff::9`, 'ten letters');
      expect(right.status).toBe(429);
      expect(Number(right.headers.get('retry-after'))).toBeGreaterThan(60);
      expect((await from('198.51.100.7', 'ten letters')).status).toBe(isKnown ? 200 : 401);
    },
  );

  test('that succeeds is not counted as a failure', async () => {
    await using fresh = await startTestApi(platform, { TRUSTED_PROXIES: '127.0.0.1' });
    const headers = { 'x-forwarded-for': '203.0.113.9' };
    const body = { username: 'often', password: 'ten letters' };
    await fresh.call('/api/v1/auth/register', { body, headers });
    for (let at = 0; at < 12; at++)
      expect((await fresh.call('/api/v1/auth/login', { body, headers })).status).toBe(200);
  });
});

test('a person reads who signed in to their account, or failed to', async () => {
  await using fresh = await startTestApi(platform, { TRUSTED_PROXIES: '127.0.0.1' });
  const typed = { username: 'watchful', password: 'ten letters' };
  const ask = (path: string, body: object, address: string) =>
    fresh.call(path, {
      body,
      headers: { 'x-forwarded-for': address, 'user-agent': `from ${address} ${'x'.repeat(300)}` },
    });
  const counted = async (outcome: string) =>
    (await signInsSeen.get()).values.find(({ labels }) => labels.outcome === outcome)?.value ?? 0;
  const before = [await counted('succeeded'), await counted('failed')];
  const made = await ask('/api/v1/auth/register', typed, '198.51.100.1');
  await ask('/api/v1/auth/login', { ...typed, password: 'ten ladders' }, '198.51.100.2');
  await ask('/api/v1/auth/login', { ...typed, username: 'watchfully' }, '198.51.100.3');
  expect((await ask('/api/v1/auth/login', typed, '2001:db8::4')).status).toBe(200);

  const after = [await counted('succeeded'), await counted('failed')];
  expect(after.map((count, at) => count - (before[at] ?? 0))).toEqual([2, 2]);

  const token = made.body.accessToken;
  const { body } = await fresh.call('/api/v1/auth/sign-ins', { token });
  const told = (body.items as SignInTryView[]).map(({ address, succeeded }) => [address, succeeded]);
  expect(told).toEqual([
    ['2001:db8::4', true],
    ['198.51.100.2', false],
    ['198.51.100.1', true],
  ]);
  expect(body.items[1].userAgent).toMatch(/^from 198\.51\.100\.2 x+$/);
  const page = await fresh.call('/api/v1/auth/sign-ins?limit=2', { token });
  const rest = await fresh.call(`/api/v1/auth/sign-ins?cursor=${page.body.nextCursor}`, { token });
  expect([...page.body.items, ...rest.body.items]).toEqual(body.items);

  const key = await fresh.call('/api/v1/users/api-keys', { token, body: { name: 'a program' } });
  const asked = await fresh.call('/api/v1/auth/sign-ins', { token: key.body.key });
  expect([asked.status, codeOf(asked)]).toEqual([403, 'forbidden']);
});

test('administrators alone read whom and from where failed sign-ins and locks came, of a day', async () => {
  await using fresh = await startTestApi(platform, { TRUSTED_PROXIES: '127.0.0.1' });
  const person = await fresh.signUp();
  const path = '/api/admin/failed-sign-ins';
  const headers = { 'x-forwarded-for': '203.0.113.77' };
  const body = { username: person.user.username, password: 'wrong letters' };
  for (let tries = 0; tries < 13; tries++) await fresh.call('/api/v1/auth/login', { body, headers });
  const token = await fresh.signInAsAdmin();
  const read = async () => (await fresh.call(path, { token })).body as FailedSignInsView;
  const told = await read();
  const counts = { failed: 10, locks: 1, lastAt: expect.any(String) };
  expect(told.accounts).toContainEqual({ userId: person.user.id, username: person.user.username, ...counts });
  expect(told.addresses).toContainEqual({ address: '203.0.113.77', ...counts });
  expect(told.failed).toBeGreaterThanOrEqual(10);
  expect((await fresh.call(path, { token: person.accessToken })).status).toBe(403);
  const at = new Date(Date.now() - 25 * 3_600_000);
  await SignInTry.query(platform.db.database).where({ userId: person.user.id }).patch({ at });
  expect((await read()).accounts.map(({ userId }) => userId)).not.toContain(person.user.id);
});

describe('a token', () => {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const sign = (hash: string, secret: Uint8Array, header: object, claims: object) => {
    const text = `${encode(header)}.${encode(claims)}`;
    return `${text}.${createHmac(hash, secret).update(text).digest('base64url')}`;
  };
  const header = { alg: 'HS512', kid: 'test', typ: 'JWT' };
  const { secret } = testKey;

  test('with correct signature and claims is accepted', async () => {
    const { accessToken } = await api.signUp();
    const token = sign('sha512', secret, header, claimsOf(accessToken));
    expect((await api.call(profile, { token })).status).toBe(200);
  });

  test('is refused if expired, forged, or for another use or session', async () => {
    const { accessToken } = await api.signUp();
    const claims = claimsOf(accessToken);
    const [head = '', body = '', signature = ''] = accessToken.split('.');
    const none = encode({ alg: 'none', kid: 'test' });
    const tokens = {
      expired: sign('sha512', secret, header, { ...claims, exp: claims.iat - 1 }),
      endless: sign('sha512', secret, header, { ...claims, exp: undefined }),
      otherSecret: sign('sha512', Buffer.alloc(64, 1), header, claims),
      otherKid: sign('sha512', secret, { ...header, kid: 'other' }, claims),
      noKid: sign('sha512', secret, { ...header, kid: undefined }, claims),
      otherIssuer: sign('sha512', secret, header, { ...claims, iss: 'else' }),
      otherAudience: sign('sha512', secret, header, { ...claims, aud: 'else' }),
      unknownSession: sign('sha512', secret, header, { ...claims, sid: newId() }),
      noSession: sign('sha512', secret, header, { ...claims, sid: undefined }),
      hs256: sign('sha256', secret, { ...header, alg: 'HS256' }, claims),
      algNone: `${none}.${body}.`,
      algNoneSigned: `${none}.${body}.${signature}`,
      changedBody: `${head}.${encode({ ...claims, sub: newId() })}.${signature}`,
      noSignature: `${head}.${body}.`,
      junk: 'junk',
      long: 'x'.repeat(10_000),
    };
    for (const [name, token] of Object.entries(tokens)) {
      const answer = await api.call(profile, { token });
      expect([name, answer.status, codeOf(answer)]).toEqual([name, 401, 'unauthenticated']);
      expect(answer.headers.get('www-authenticate')).toContain('Bearer');
    }
    expect((await api.call(profile, { token: accessToken })).status).toBe(200);
  });

  test('of the previous key stays valid after rotation', async () => {
    const { accessToken, refreshToken } = await api.signUp();
    const next = Buffer.alloc(64, 9).toString('base64url');
    await using rotated = await startTestApi(platform, { JWT_KEYS: `next:${next},${platform.env.JWT_KEYS}` });
    expect((await rotated.call(profile, { token: accessToken })).status).toBe(200);
    const refreshed = await rotated.call('/api/v1/auth/refresh', { body: { refreshToken } });
    expect(
      JSON.parse(Buffer.from(refreshed.body.accessToken.split('.')[0], 'base64url').toString()).kid,
    ).toBe('next');
  });

  test('is asked for, and not read from the address', async () => {
    const { accessToken } = await api.signUp();
    expect((await api.call(profile)).status).toBe(401);
    expect((await api.call(`${profile}?token=${accessToken}`)).status).toBe(401);
    expect((await api.call(profile, { headers: { authorization: `Basic ${accessToken}` } })).status).toBe(
      401,
    );
  });
});

describe('a session', () => {
  test('goes on by refreshing, each refresh token once', async () => {
    const first = await api.signUp();
    const second = await refresh(first);
    expect(second.status).toBe(200);
    const third = await refresh(second.body);
    expect(third.status).toBe(200);
    expect((await api.call(profile, { token: third.body.accessToken })).status).toBe(200);
  });

  test('ends everywhere when a used refresh token is reused elsewhere; others live', async () => {
    const first = await api.signUp();
    const elsewhere = await api.call('/api/v1/auth/login', {
      body: { username: first.user.username, password: 'long enough for all' },
    });
    const second = (await refresh(first)).body;
    expect((await other.call(profile, { token: second.accessToken })).status).toBe(200);
    const reused = await refresh(first, 'another');
    expect([reused.status, codeOf(reused)]).toEqual([401, 'refresh-reused']);
    for (const process of [api, other])
      for (const token of [first.accessToken, second.accessToken])
        expect((await process.call(profile, { token })).status).toBe(401);
    expect((await refresh(second)).status).toBe(401);
    expect((await api.call(profile, { token: elsewhere.body.accessToken })).status).toBe(200);
  });

  test('survives a repeated refresh after a lost answer', async () => {
    const first = await api.signUp();
    const answers = await Promise.all([refresh(first), refresh(first)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(answers[0]?.body.refreshToken).toBe(answers[1]?.body.refreshToken);
    for (const { body } of answers)
      expect((await api.call(profile, { token: body.accessToken })).status).toBe(200);
  });

  test('goes on for our own client when the refresh’s answer was lost', async () => {
    const signIn = await api.signUp();
    let tokens: SessionTokens | undefined = { ...toSessionTokens(signIn), expiresAtMs: 0 };
    let lost = 0;
    const losingOne: typeof fetch = async (input, init) => {
      const response = await fetch(input, init);
      if (lost > 0 || !String(input).endsWith('/auth/refresh')) return response;
      lost += 1;
      await response.arrayBuffer();
      throw new TypeError('the connection broke');
    };
    const store = {
      load: async () => tokens,
      async save(renewed: SessionTokens | undefined) {
        tokens = renewed;
      },
    };
    const credentials = createSessionCredentials({ baseUrl: api.url, fetch: losingOne }, store);
    const client = createClient({ baseUrl: api.url, credentials });
    expect((await client.getProfile()).id).toBe(signIn.user.id);
    expect([lost, tokens === undefined]).toEqual([1, false]);
  });

  test('ends with logout for every process at once, cached or not', async () => {
    const { accessToken, refreshToken } = await api.signUp();
    for (const process of [api, other])
      expect((await process.call(profile, { token: accessToken })).status).toBe(200);
    expect((await api.call('/api/v1/auth/logout', { body: { refreshToken } })).status).toBe(204);
    for (const process of [other, api])
      expect((await process.call(profile, { token: accessToken })).status).toBe(401);
    expect((await api.call('/api/v1/auth/refresh', { body: { refreshToken } })).status).toBe(401);
  });

  test('that was used longest ago ends with the hundredth after it, and few sign-ins are kept', async () => {
    const { user, accessToken } = await api.signUp();
    const signIn = () =>
      api.call('/api/v1/auth/login', {
        body: { username: user.username, password: 'long enough for all' },
      });
    const second = (await signIn()).body;
    const { database } = platform.db;
    const [oldest] = await database('sessions').where({ userId: user.id }).orderBy('createdAt').limit(1);
    await database('sessions')
      .where({ id: oldest.id })
      .update({ usedAt: new Date(Date.now() - 60_000) });
    const others = Array.from({ length: 98 }, (_, n) => ({
      ...oldest,
      id: newId(),
      usedAt: new Date(),
      revokedAt: n === 0 ? new Date() : null,
    }));
    await database('sessions').insert(others);
    const [seen] = await database('sign_in_tries').where({ userId: user.id }).limit(1);
    await database('sign_in_tries').insert(Array.from({ length: 1_005 }, () => ({ ...seen, id: newId() })));
    // The ended one makes room first.
    expect((await signIn()).status).toBe(200);
    expect((await other.call(profile, { token: accessToken })).status).toBe(200);
    const newest = (await signIn()).body;
    for (const process of [api, other])
      expect((await process.call(profile, { token: accessToken })).status).toBe(401);
    for (const { accessToken: token } of [second, newest])
      expect((await other.call(profile, { token })).status).toBe(200);
    expect(await database('sessions').where({ userId: user.id })).toHaveLength(100);
    expect(await database('sign_in_tries').where({ userId: user.id })).toHaveLength(1_000);
  });

  test('stays ended when Redis forgets everything', async () => {
    const { accessToken, refreshToken } = await api.signUp();
    await api.call(profile, { token: accessToken });
    await api.call('/api/v1/auth/logout', { body: { refreshToken } });
    await platform.redis.empty();
    expect((await other.call(profile, { token: accessToken })).status).toBe(401);
  });

  test('is listed, and can be ended alone; a stranger’s cannot', async () => {
    const mine = await api.signUp();
    const second = await api.call('/api/v1/auth/login', {
      body: { username: mine.user.username, password: 'long enough for all' },
    });
    const stranger = await api.signUp();
    const listed = await api.call('/api/v1/auth/sessions', { token: mine.accessToken });
    expect(listed.body.items.map(({ current }: { current: boolean }) => current)).toEqual([false, true]);
    const [newest] = listed.body.items;
    const path = `/api/v1/auth/sessions/${newest.id}`;
    expect((await api.call(path, { method: 'DELETE', token: stranger.accessToken })).status).toBe(404);
    expect((await api.call(profile, { token: second.body.accessToken })).status).toBe(200);
    expect((await api.call(path, { method: 'DELETE', token: mine.accessToken })).status).toBe(204);
    expect((await api.call(profile, { token: second.body.accessToken })).status).toBe(401);
    expect((await api.call(profile, { token: mine.accessToken })).status).toBe(200);
  });
});
