import { newId } from '@star-graph/core/ground/runtime/ids';
import { describe, expect, test } from 'vitest';
import { codeOf, startTestApi } from '../testing/servers/apiServer.ts';
import { apiFixture, platformFixture } from '../testing/servers/fixtures.ts';

const platform = platformFixture();
const api = apiFixture(platform, { CORS_ORIGINS: 'https://allowed.example' });

describe('an address', () => {
  test.each([
    '/api',
    '/api/v1/nothing',
    '/api/v1/tasks/',
    '/API/v1/tasks',
    '/api/v2/tasks',
    '/docs/../package.json',
    '/files/x',
  ])('that does not exist answers a problem: %s', async (path) => {
    const answer = await api.call(path);
    expect([403, 404]).toContain(answer.status);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.body.instance).toMatch(/^urn:uuid:/);
  });

  test('that does not exist shows a browser a page in its language', async () => {
    const headers = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8', 'accept-language': 'zh-CN' };
    const answer = await fetch(`${api.url}/nowhere/<b>`, { headers });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
    const page = await answer.text();
    expect(page).toContain('找不到页面');
    expect(page).not.toContain('nowhere');
    // A program that takes anything is told what programs are told.
    expect((await api.call('/nowhere', { headers: { accept: '*/*' } })).body.status).toBe(404);
  });

  test('that has other methods says which', async () => {
    const answer = await api.call('/api/v1/tasks', { method: 'PUT' });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });
});

describe('a browser', () => {
  const preflight = (origin: string) =>
    fetch(`${api.url}/api/v1/tasks`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'GET',
        'access-control-request-headers': 'authorization',
      },
    });

  test.each([
    'chrome-extension://abcdefghijklmnopabcdefghijklmnop',
    'moz-extension://0a1b2c3d-0000-4000-8000-000000000000',
    'https://allowed.example',
  ])('may call from %s and read problems too', async (origin) => {
    expect((await preflight(origin)).headers.get('access-control-allow-origin')).toBe(origin);
    const refused = await api.call('/api/v1/tasks', { headers: { origin } });
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([401, origin]);
  });

  test('may send what the package of OpenAI and other programs put beside the key', async () => {
    const { headers } = await preflight('https://allowed.example');
    const allowed = headers.get('access-control-allow-headers')?.toLowerCase().split(',');
    for (const name of ['api-key', 'x-api-key', 'x-stainless-os', 'x-stainless-timeout'])
      expect(allowed).toContain(name);
    // By it a page of ours alone says that the cookie counts.
    expect(allowed).not.toContain('star-graph-session');
  });

  test.each([
    'https://evil.example',
    'null',
    'https://allowed.example.evil.example',
    'http://chrome-extension.example',
  ])('may not call from %s', async (origin) => {
    expect((await preflight(origin)).headers.get('access-control-allow-origin')).toBeNull();
  });

  test('loads the docs only from this server, and runs nothing else', async () => {
    const page = await api.call('/docs');
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
    const sources = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path);
    expect(sources).toHaveLength(4);
    for (const path of sources) expect((await api.call(path)).status).toBe(200);
    const answer = await api.call('/healthz');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
  });
});

test('a person has a request limit a minute, apart from others', async () => {
  await using strict = await startTestApi(platform, {
    REQUESTS_PER_MINUTE: '5',
    REDIS_PREFIX: `${newId()}:`,
  });
  const [one, other] = [await strict.signUp(), await strict.signUp()];
  const statuses = [];
  for (let at = 0; at < 7; at++)
    statuses.push((await strict.call('/api/v1/users/balance', { token: one.accessToken })).status);
  expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429]);
  const limited = await strict.call('/api/v1/users/balance', { token: one.accessToken });
  expect(codeOf(limited)).toBe('rate-limited');
  expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await strict.call('/api/v1/users/balance', { token: other.accessToken })).status).toBe(200);
  expect((await strict.call('/healthz')).status).toBe(200);
});

test('answers say what is left of the limits, on both ways in', async () => {
  await using strict = await startTestApi(platform, {
    REQUESTS_PER_MINUTE: '4',
    USER_REQUESTS_PER_SECOND: '77',
    REDIS_PREFIX: `${newId()}:`,
  });
  const { accessToken: token } = await strict.signUp();
  const left = [];
  for (let at = 0; at < 5; at++) {
    const { headers } = await strict.call('/api/v1/users/balance', { token });
    expect(headers.get('ratelimit-policy')).toBe('"minute";q=4;w=60, "second";q=77;w=1');
    left.push(headers.get('ratelimit')?.replace(/;t=\d+$/, ''));
  }
  expect(left).toEqual(['"minute";r=3', '"minute";r=2', '"minute";r=1', '"minute";r=0', '"minute";r=0']);
});

test('an address that a client writes itself has no limit of its own', async () => {
  await using strict = await startTestApi(platform, {
    REQUESTS_PER_MINUTE: '2',
    REDIS_PREFIX: `${newId()}:`,
  });
  const statuses = [];
  for (let at = 0; at < 4; at++) {
    const headers = { 'x-forwarded-for': `198.51.100.${at}` };
    statuses.push((await strict.call('/api/public/announcements', { headers })).status);
  }
  expect(statuses).toEqual([200, 200, 429, 429]);
});

test('metrics tell routes, and neither people nor ids', async () => {
  const { accessToken: token, user } = await api.signUp();
  const id = newId();
  await api.call(`/api/v1/tasks/${id}`, { token });
  const { body } = await api.call('/metrics');
  expect(body).toContain(
    'star_graph_http_request_duration_seconds_count{method="GET",route="/api/v1/tasks/{id}",status="4xx"}',
  );
  expect(body).not.toContain(id);
  expect(body).not.toContain(user.id);
});

test.each(['null', '5', '"abc"', 'true'])('JSON that is no object is no broken JSON: %s', async (body) => {
  const answer = await api.call('/api/v1/auth/login', { body });
  expect([answer.status, answer.body.errors]).toEqual([
    422,
    [{ pointer: '', message: 'Send a JSON object.' }],
  ]);
});

test('no JSON at all is an object without values', async () => {
  const { accessToken: token } = await api.signUp();
  const headers = { 'content-type': 'application/json' };
  const answer = await api.call('/api/v1/users/profile', { method: 'PATCH', token, headers });
  expect(answer.status).toBe(200);
});

test('JSON that is broken is told so', async () => {
  const answer = await api.call('/api/v1/auth/login', { body: '{"username":' });
  expect([answer.status, answer.body.detail]).toEqual([400, 'The body is not JSON. Check its syntax.']);
});
