import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { text } from 'node:stream/consumers';
import { problemSchema } from '@star-graph/contract/problems';
import { eventually } from '@star-graph/core/testing/eventually';
import { testAuthority } from '@star-graph/core/testing/services/certificates';
import { describe, expect, test } from 'vitest';
import { call, type HttpsAnswer, shakeHands } from './calls.ts';
import { fleetFixture } from './fleet.ts';
import { hasNginx, startNginx } from './nginx.ts';

const limits = {
  ADMIN_ADDRESSES: '127.0.0.5',
  REGISTRATIONS_PER_ADDRESS: '1',
  // At an address of this machine its own people are not counted.
  PUBLIC_URL: 'https://pictures.example',
};

/** The code of a problem document that nginx or the API has answered. */
const codeOf = (answer: HttpsAnswer): string => {
  expect(answer.headers['content-type']).toBe('application/problem+json');
  const problem = problemSchema.parse(answer.json());
  expect(problem.status).toBe(answer.status);
  return problem.type.split(':').at(-1) ?? '';
};

describe.skipIf(!hasNginx)('nginx', () => {
  const { fleet } = fleetFixture(limits);

  test('TLS 1.3 is spoken; TLS 1.2 and other names are refused', async () => {
    expect(await shakeHands(fleet.url, { servername: 'localhost' })).toBe('TLSv1.3');
    const old = shakeHands(fleet.url, { servername: 'localhost', maxVersion: 'TLSv1.2' });
    await expect(old).rejects.toMatchObject({ code: expect.stringContaining('PROTOCOL_VERSION') });
    const stranger = shakeHands(fleet.url, { servername: 'stranger.example' });
    await expect(stranger).rejects.toMatchObject({ code: expect.stringContaining('UNRECOGNIZED_NAME') });
  });

  test('HTTP/2 is served', async () => {
    const session = connectHttp2(fleet.url, { ca: testAuthority });
    const stream = session.request({ ':path': '/healthz' });
    const [headers] = await once(stream, 'response');
    expect([headers[':status'], JSON.parse(await text(stream))]).toMatchObject([200, { status: 'ok' }]);
    session.close();
  });

  test('plain HTTP leads to HTTPS under the one name', async () => {
    const answer = await fetch(`${fleet.nginx.plainUrl}/docs?a=b`, { redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toEqual([308, 'https://localhost/docs?a=b']);
  });

  test('security headers stand once on answers of the API and of nginx', async () => {
    const single = [
      'strict-transport-security',
      'x-content-type-options',
      'content-security-policy',
      'referrer-policy',
    ];
    for (const path of ['/healthz', '/api/v1/nothing', '/metrics']) {
      const { rawHeaders } = await call(`${fleet.url}${path}`);
      const names = rawHeaders.filter((_, at) => at % 2 === 0).map((name) => name.toLowerCase());
      for (const header of [...single, 'x-request-id']) {
        expect([path, header, names.filter((name) => name === header).length]).toEqual([path, header, 1]);
      }
      expect(rawHeaders.join()).not.toMatch(/nginx\/\d/);
    }
  });

  test('numbers of one process are not shown through nginx', async () => {
    expect(codeOf(await call(`${fleet.url}/metrics`))).toBe('not-found');
  });

  test('an extension can read the answers of nginx, a strange page cannot', async () => {
    const readers = {
      'chrome-extension://abcdef': 'chrome-extension://abcdef',
      'https://evil.example': undefined,
    };
    for (const [origin, allowed] of Object.entries(readers)) {
      const answer = await call(`${fleet.url}/metrics`, { headers: { origin } });
      expect(answer.headers['access-control-allow-origin']).toBe(allowed);
    }
  });

  test('JSON is compressed', async () => {
    const answer = await call(`${fleet.url}/openapi.json`, { headers: { 'accept-encoding': 'gzip' } });
    expect(answer.headers).toMatchObject({
      'content-encoding': 'gzip',
      vary: expect.stringContaining('Accept-Encoding'),
    });
  });

  test('the API sees the address that nginx saw, whatever the client writes', async () => {
    const token = await fleet.apis[0].signInAsAdmin();
    const forged = { 'x-forwarded-for': '127.0.0.5', forwarded: 'for=127.0.0.5', 'x-real-ip': '127.0.0.5' };
    const stranger = await call(`${fleet.url}/api/admin/users`, {
      token,
      from: '127.0.0.6',
      headers: forged,
    });
    expect([stranger.status, stranger.json().detail]).toEqual([
      403,
      expect.stringContaining('127.0.0.6 is none'),
    ]);
    const listed = await call(`${fleet.url}/api/admin/users`, { token, from: '127.0.0.5' });
    expect(listed.status).toBe(200);
  });

  test('a forged address opens no second registration', async () => {
    const register = (name: string, from: string, forged: string) =>
      call(`${fleet.url}/api/v1/auth/register`, {
        from,
        headers: { 'x-forwarded-for': forged },
        body: { username: name, password: 'long enough for all' },
      });
    expect((await register('first-person', '127.0.0.8', '198.51.100.1')).status).toBe(201);
    expect((await register('second-person', '127.0.0.8', '198.51.100.2')).status).toBe(429);
    expect((await register('third-person', '127.0.0.9', '198.51.100.1')).status).toBe(201);
  });

  test('a traceparent reaches the log, an address without its query', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const answer = await call(`${fleet.url}/files/none?signature=s3cret`, { headers: { traceparent } });
    // nginx writes its line once the answer is sent.
    const logged = await eventually(async () => {
      const requests = await fleet.nginx.readRequests();
      const own = requests.find(({ requestId }) => requestId === answer.headers['x-request-id']);
      expect(own).toBeDefined();
      return own;
    });
    expect(logged).toMatchObject({
      path: '/files/none',
      status: answer.status,
      address: '127.0.0.1',
      traceparent,
    });
    expect(logged?.durationMs).toEqual(expect.any(Number));
    expect(await fleet.nginx.readLogs()).not.toContain('s3cret');
  });

  test('what nginx refuses is answered with problem documents', async () => {
    const long = await call(`${fleet.url}/${'a'.repeat(9_000)}`);
    expect([long.status, codeOf(long)]).toEqual([414, 'too-large']);
    const wide = await call(fleet.url, { headers: { 'x-wide': 'a'.repeat(9_000) } });
    expect([wide.status, codeOf(wide)]).toEqual([431, 'too-large']);
    const strange = await call(fleet.url, { method: 'TRACE' });
    expect([strange.status, codeOf(strange)]).toEqual([405, 'not-found']);
  });
});

/** What nginx answers where clients of OpenAI ask. */
const readOpenAi = (answer: HttpsAnswer) => {
  expect(answer.headers['content-type']).toMatch(/^application\/json/);
  expect(answer.headers['x-content-type-options']).toBe('nosniff');
  const { error, ...rest } = answer.json();
  expect([rest, error.param, typeof error.message]).toEqual([{}, null, 'string']);
  return [answer.status, error.type, error.code];
};

describe.skipIf(!hasNginx)('nginx with other values', () => {
  const { fleet } = fleetFixture();

  test('a client of OpenAI reads what nginx refuses in the form of its protocol', async () => {
    await using nginx = await startNginx({
      apis: fleet.ports,
      changes: [
        ['rate=200r/s', 'rate=1r/m'],
        ['burst=400', 'burst=1'],
      ],
    });
    const ask = (path: string, length = 0) =>
      call(`${nginx.url}${path}`, {
        from: '127.0.0.8',
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-length': String(length) },
      });
    const large = await ask('/v1/images/edits', 202 * 1024 * 1024);
    expect(readOpenAi(large)).toEqual([413, 'invalid_request_error', 'too_large']);
    // In the words of Gemini and of OpenRouter, as the door itself.
    const ofGemini = await ask('/v1beta/models/gpt-image-1:generateContent', 202 * 1024 * 1024);
    expect([ofGemini.status, ofGemini.json()]).toEqual([
      413,
      { error: { code: 413, message: expect.stringContaining('Send less'), status: 'FAILED_PRECONDITION' } },
    ]);
    for (const path of ['/v1/images', '/api/v1/videos']) {
      const refused = await ask(path, 202 * 1024 * 1024);
      const { code, metadata } = refused.json().error;
      expect([path, refused.status, code, metadata.code]).toEqual([path, 413, 413, 'too_large']);
    }
    // What the door itself says comes through as it is.
    for (const _ of [1, 2])
      expect(readOpenAi(await ask('/v1/images/generations'))).toEqual([
        ...[401, 'invalid_request_error', 'invalid_api_key'],
      ]);
    const often = await ask('/v1/images/generations');
    expect([readOpenAi(often), often.headers['retry-after']]).toEqual([
      [429, 'requests', 'rate_limit_exceeded'],
      '1',
    ]);
    expect(codeOf(await ask('/api/v1/models'))).toBe('rate-limited');
    await using lonely = await startNginx({ apis: [1, 2] });
    const away = await call(`${lonely.url}/v1/models`);
    expect([readOpenAi(away), away.headers['retry-after']]).toEqual([
      [503, 'server_error', 'unavailable'],
      '5',
    ]);
  });

  test('requests above the rate of an address are refused, others are served', async () => {
    await using nginx = await startNginx({
      apis: fleet.ports,
      changes: [
        ['rate=200r/s', 'rate=1r/m'],
        ['burst=400', 'burst=2'],
      ],
    });
    const ask = (from: string) => call(`${nginx.url}/healthz`, { from });
    for (const _ of [1, 2, 3]) expect((await ask('127.0.0.6')).status).toBe(200);
    const refused = await ask('127.0.0.6');
    expect([refused.status, codeOf(refused), refused.headers['retry-after']]).toEqual([
      429,
      'rate-limited',
      '1',
    ]);
    expect((await ask('127.0.0.7')).status).toBe(200);
  });

  test('administrators come from the networks that are named', async () => {
    await using nginx = await startNginx({
      apis: fleet.ports,
      variables: { ADMIN_NETWORKS: 'default 0; 127.0.0.5 1;' },
    });
    const token = await fleet.apis[0].signInAsAdmin();
    const ask = (from: string) => call(`${nginx.url}/api/admin/users`, { token, from });
    expect((await ask('127.0.0.5')).status).toBe(200);
    const refused = await ask('127.0.0.6');
    expect([refused.status, codeOf(refused)]).toEqual([403, 'forbidden']);
  });

  test('without a living process people read when to try again', async () => {
    await using nginx = await startNginx({ apis: [1, 2] });
    const answer = await call(`${nginx.url}/files/none?signature=s3cret`);
    expect([answer.status, codeOf(answer), answer.headers['retry-after']]).toEqual([503, 'unavailable', '5']);
    expect(await nginx.readLogs()).not.toContain('s3cret');
  });
});
