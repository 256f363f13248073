import type { RouteSpec } from '@star-graph/contract/route';
import { routes } from '@star-graph/contract/routes';
import { describe, expect, test } from 'vitest';
import { type Answer, codeOf, startTestApi } from '../../testing/servers/apiServer.ts';
import { apiFixture, platformFixture } from '../../testing/servers/fixtures.ts';

const platform = platformFixture();
const api = apiFixture(platform);

const password = 'long enough for all';
let names = 0;
/** What a browser adds to a request of a page. */
const from = (origin: string, cookie = '') => ({
  'star-graph-session': 'cookie',
  origin,
  ...(cookie === '' ? {} : { cookie }),
});
const cookieIn = (answer: Answer): string => answer.headers.getSetCookie()[0] ?? '';
const pairIn = (answer: Answer): string => cookieIn(answer).split(';')[0] ?? '';
const register = (headers: Record<string, string>) =>
  api.call('/api/v1/auth/register', { body: { username: `page-${++names}`, password }, headers });
const refresh = (headers: Record<string, string>, body = {}) =>
  api.call('/api/v1/auth/refresh', { body, headers });
const profile = async (token: string) => (await api.call('/api/v1/users/profile', { token })).status;

test('every answer that signs in can keep its token in a cookie', () => {
  const specs: [string, RouteSpec][] = Object.entries(routes);
  const signIns = specs.filter(([, { success }]) => success.body === routes.login.success.body);
  expect(signIns.map(([id]) => id)).toEqual(expect.arrayContaining(['login', 'link', 'loginByPasskey']));
  for (const [id, spec] of [...signIns, ['logout', routes.logout as RouteSpec] as const])
    expect([id, spec.sessionCookie]).toEqual([id, true]);
});

describe('the refresh token of a page', () => {
  test('is a cookie that no script reads, and in no body', async () => {
    const answer = await register(from(api.url));
    expect(answer.status).toBe(201);
    expect(answer.body).not.toHaveProperty('refreshToken');
    const name = `star-graph-session-${new URL(api.url).port}`;
    expect(cookieIn(answer)).toMatch(
      new RegExp(`^${name}=[\\w-]{43}; Path=/api/v1/auth; Max-Age=${24 * 3_600}; HttpOnly; SameSite=Strict$`),
    );
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  test('goes over https alone where the page came by it', async () => {
    const headers = { ...from('https://pictures.example'), 'sec-fetch-site': 'same-origin' };
    const answer = await register(headers);
    // The prefix wants this path and no domain.
    expect(cookieIn(answer)).toMatch(
      /^__Host-star-graph-session=[\w-]{43}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict; Secure$/,
    );
    expect(answer.headers.getSetCookie()).toHaveLength(1);
    const next = await refresh({ ...headers, cookie: pairIn(answer) });
    expect([next.status, next.body.refreshToken]).toEqual([200, undefined]);
  });

  test('of before an upgrade goes on once, and its cookie makes way', async () => {
    const headers = { ...from('https://pictures.example'), 'sec-fetch-site': 'same-origin' };
    const token = pairIn(await register(headers)).split('=')[1];
    const earlier = `__Secure-star-graph-session=${token}`;
    const answer = await refresh({ ...headers, cookie: earlier });
    expect(answer.status).toBe(200);
    expect(answer.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^__Host-star-graph-session=[\w-]{43}; /),
      '__Secure-star-graph-session=; Path=/api/v1/auth; Max-Age=0; HttpOnly; SameSite=Strict; Secure',
    ]);
    // The newer one counts where both come.
    const both = await refresh({ ...headers, cookie: `${earlier}; ${pairIn(answer)}` });
    expect([both.status, pairIn(both).length]).toEqual([200, pairIn(answer).length]);
    const out = await api.call('/api/v1/auth/logout', {
      body: {},
      headers: { ...headers, cookie: pairIn(both).replace('__Host-', '__Secure-') },
    });
    expect(out.status).toBe(204);
    expect(out.headers.getSetCookie()).toHaveLength(2);
    expect(await profile(both.body.accessToken)).toBe(401);
  });

  test('works once, and the next one takes its place', async () => {
    const first = pairIn(await register(from(api.url)));
    const answer = await refresh(from(api.url, first));
    const second = pairIn(answer);
    expect([answer.status, second === first]).toEqual([200, false]);
    expect(await profile(answer.body.accessToken)).toBe(200);
    expect((await refresh(from(api.url, second))).status).toBe(200);
    expect(codeOf(await refresh(from(api.url, first)))).toBe('refresh-reused');
  });

  test('ends with the session that somebody ends elsewhere', async () => {
    const answer = await register(from(api.url));
    const token = answer.body.accessToken;
    await api.call('/api/v1/auth/sessions', { method: 'DELETE', token });
    expect(codeOf(await refresh(from(api.url, pairIn(answer))))).toBe('unauthenticated');
  });

  test('ends with a changed password, except in the page that changed it', async () => {
    const answer = await register(from(api.url));
    const { username } = answer.body.user;
    const other = await api.call('/api/v1/auth/login', {
      body: { username, password },
      headers: from(api.url),
    });
    const body = { password, newPassword: 'another one for all' };
    const token = answer.body.accessToken;
    expect((await api.call('/api/v1/auth/password', { body, token })).status).toBe(204);
    expect((await refresh(from(api.url, pairIn(other)))).status).toBe(401);
    expect((await refresh(from(api.url, pairIn(answer)))).status).toBe(200);
  });

  test('is apart from that of a platform on another port', async () => {
    await using neighbour = await startTestApi(platform);
    const here = pairIn(await register(from(api.url)));
    const there = pairIn(
      await neighbour.call('/api/v1/auth/register', {
        body: { username: `page-${++names}`, password },
        headers: from(neighbour.url),
      }),
    );
    expect(there.split('=')[0]).not.toBe(here.split('=')[0]);
    expect((await refresh(from(api.url, `${there}; ${here}`))).status).toBe(200);
  });

  test('is asked for in the words that help', async () => {
    const none = await refresh(from(api.url));
    expect([none.status, none.body.detail]).toEqual([401, 'This browser has no session. Sign in.']);
    const both = await refresh(from(api.url), { refreshToken: 'x' });
    expect(both.body.errors).toEqual([
      { pointer: '/refreshToken', message: 'Leave it out: the cookie has it.' },
    ]);
  });
});

describe('a sign-out', () => {
  test('ends the session of the cookie and removes the cookie', async () => {
    const answer = await register(from(api.url));
    const cookie = pairIn(answer);
    const out = await api.call('/api/v1/auth/logout', { body: {}, headers: from(api.url, cookie) });
    expect(out.status).toBe(204);
    expect(cookieIn(out)).toMatch(/^star-graph-session-\d+=; Path=\/api\/v1\/auth; Max-Age=0; /);
    expect(await profile(answer.body.accessToken)).toBe(401);
    expect((await refresh(from(api.url, cookie))).status).toBe(401);
  });

  test('without a session is one all the same', async () => {
    const out = await api.call('/api/v1/auth/logout', { body: {}, headers: from(api.url) });
    expect(out.status).toBe(204);
  });
});

describe('a foreign page', () => {
  const foreign: [string, (cookie: string) => Record<string, string>][] = [
    ['another origin', (cookie) => from('https://evil.example', cookie)],
    ['another port', (cookie) => from('http://127.0.0.1:1', cookie)],
    ['an extension', (cookie) => from('chrome-extension://abcdefgh', cookie)],
    ['no origin', (cookie) => ({ 'star-graph-session': 'cookie', cookie })],
    ['a hidden origin', (cookie) => from('null', cookie)],
    ['a neighbouring site', (cookie) => ({ ...from(api.url, cookie), 'sec-fetch-site': 'same-site' })],
    ['another site', (cookie) => ({ ...from(api.url, cookie), 'sec-fetch-site': 'cross-site' })],
  ];

  test.each(foreign)('(%s) neither refreshes, ends nor begins a session', async (_name, headersOf) => {
    const answer = await register(from(api.url));
    const headers = headersOf(pairIn(answer));
    for (const path of ['refresh', 'logout'])
      expect(codeOf(await api.call(`/api/v1/auth/${path}`, { body: {}, headers }))).toBe('forbidden');
    const begun = await register(headers);
    expect([codeOf(begun), begun.headers.getSetCookie()]).toEqual(['forbidden', []]);
    expect((await refresh(from(api.url, pairIn(answer)))).status).toBe(200);
  });

  test('without the header has no use of the cookie', async () => {
    const answer = await register(from(api.url));
    const headers = { cookie: pairIn(answer), origin: api.url };
    for (const path of ['refresh', 'logout']) {
      const refused = await api.call(`/api/v1/auth/${path}`, { body: {}, headers });
      expect(refused.body.errors).toEqual([{ pointer: '/refreshToken', message: 'Give the refresh token.' }]);
    }
    expect(await profile(answer.body.accessToken)).toBe(200);
  });

  test('is not allowed to send the header, even from an allowed origin', async () => {
    const origin = 'https://allowed.example';
    await using open = await startTestApi(platform, { CORS_ORIGINS: origin });
    const answer = await open.call('/api/v1/auth/refresh', {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type,star-graph-session',
      },
    });
    expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
    expect(answer.headers.get('access-control-allow-headers')).not.toMatch(/star-graph-session/i);
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
  });
});
