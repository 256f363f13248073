import { type ProblemView, problemSchema } from '@star-graph/contract/problems';
import { createTwoColours } from '@star-graph/core/testing/pictures';
import { describe, expect, test } from 'vitest';
import { sendAllFirst, sendRaw } from './testing/calls/rawSocket.ts';
import { apiFixture, platformFixture } from './testing/servers/fixtures.ts';

const platform = platformFixture();
const api = apiFixture(platform, {
  PUBLIC_URL: 'https://pictures.example',
  ALLOWED_HOSTS: 'star-graph-api',
  SECURITY_CONTACT: 'mailto:security@pictures.example',
  SDAPI_PORT: '0',
  GRAPH_PORT: '0',
  GRAPH_DOOR: 'user',
});

const lines = (...of: string[]) => `${of.join('\r\n')}\r\n\r\n`;

describe('a handshake', () => {
  const handshake = (target: string) =>
    lines(
      `GET ${target} HTTP/1.1`,
      'Host: localhost',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
      'Sec-WebSocket-Protocol: v12.stomp',
    );

  test.each(['//', 'http://[', 'http://', '//:0/ws'])(
    'the malformed address %s is refused, and the server goes on',
    async (target) => {
      expect(await sendRaw(api.url, handshake(target))).toMatch(/^HTTP\/1\.1 400 /);
      expect((await api.call('/healthz')).status).toBe(200);
    },
  );
});

/** The document of an answer as it came over the wire. */
function problemOf(answer: string): ProblemView {
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  expect(head.toLowerCase()).toContain('content-type: application/problem+json');
  const problem = problemSchema.parse(JSON.parse(body));
  expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${problem.status} `));
  return problem;
}

describe('a page of a name that was made to lead here', () => {
  const asked = (host: string, path: string, ...headers: string[]) =>
    lines(`GET ${path} HTTP/1.1`, `Host: ${host}`, 'Connection: close', ...headers);
  const upgrade = [
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
    'Sec-WebSocket-Protocol: v12.stomp',
  ];
  const stranger = 'rebound.example:8080';

  test.each([
    ['url', '/metrics'],
    ['url', '/healthz'],
    ['url', '/v1/models'],
    ['url', '/'],
    ['sdapiUrl', '/sdapi/v1/sd-models'],
    ['graphUrl', '/system_stats'],
  ] as const)('reads nothing from %s%s', async (server, path) => {
    const problem = problemOf(await sendRaw(api[server], asked(stranger, path)));
    expect([problem.status, problem.type]).toEqual([421, 'urn:star-graph:problem:forbidden']);
    expect(problem.detail).toContain('ALLOWED_HOSTS');
  });

  test.each(['url', 'graphUrl'] as const)('opens no socket at the /ws of %s', async (server) => {
    expect(problemOf(await sendRaw(api[server], asked(stranger, '/ws', ...upgrade))).status).toBe(421);
  });

  test('makes no account', async () => {
    const body = JSON.stringify({ username: 'rebound', password: 'long enough for all' });
    const length = `Content-Length: ${Buffer.byteLength(body)}`;
    const head = lines(
      'POST /api/v1/auth/register HTTP/1.1',
      `Host: ${stranger}`,
      'Content-Type: application/json',
      length,
      'Connection: close',
    );
    expect(problemOf(await sendRaw(api.url, head + body)).status).toBe(421);
    const again = lines(
      'POST /api/v1/auth/register HTTP/1.1',
      'Host: localhost',
      'Content-Type: application/json',
      length,
      'Connection: close',
    );
    expect(await sendRaw(api.url, again + body)).toMatch(/^HTTP\/1\.1 201 /);
  });

  test.each([
    'pictures.example',
    'Pictures.Example.:443',
    'graphs.pictures.example',
    'star-graph-api:8080',
    'localhost:1234',
    '127.0.0.1',
    '10.42.0.7:8080',
    '[::1]:8080',
  ])('is told from %s, under which the platform is reached', async (host) => {
    expect(await sendRaw(api.url, asked(host, '/healthz'))).toMatch(/^HTTP\/1\.1 200 /);
  });

  test.each([
    'notpictures.example',
    'pictures.example.rebound.example',
    '127.0.0.1.rebound.example',
    'star-graph-api.rebound.example',
    '',
  ])('gets nowhere by a name that looks like ours: %s', async (host) => {
    expect(await sendRaw(api.url, asked(host, '/healthz'))).toMatch(/^HTTP\/1\.1 4(21|00) /);
  });
});

describe('what Node refuses by itself is answered by a problem document:', () => {
  test.each([
    ['headers too large', lines('GET / HTTP/1.1', 'Host: localhost', `X-Long: ${'x'.repeat(20_000)}`), 431],
    ['garbage', lines('\x16\x03\x01 what is this'), 400],
    [
      'a length that is none',
      lines('POST /api/v1/auth/login HTTP/1.1', 'Host: localhost', 'Content-Length: ten'),
      400,
    ],
    [
      'an expectation',
      lines('GET /healthz HTTP/1.1', 'Host: localhost', 'Connection: close', 'Expect: foo'),
      417,
    ],
    [
      'a handshake elsewhere',
      lines('GET /x HTTP/1.1', 'Host: localhost', 'Connection: Upgrade', 'Upgrade: websocket'),
      404,
    ],
  ])('%s', async (_case, request, status) => {
    expect(problemOf(await sendRaw(api.url, request)).status).toBe(status);
    expect((await api.call('/healthz')).status).toBe(200);
  });
});

test('garbage behind the beginning of an answer is no second answer', async () => {
  const { accessToken } = await api.signUp();
  const request = lines(
    'POST /api/v1/assets HTTP/1.1',
    'Host: localhost',
    `Authorization: Bearer ${accessToken}`,
    'Content-Type: application/json',
    'Transfer-Encoding: chunked',
  );
  const answer = await sendRaw(api.url, request, 'no chunk\r\n');
  expect(answer.match(/HTTP\/1\.1 /g)).toHaveLength(1);
});

test.each(['/healthz', '/docs', '/openapi.json', '/files/x'])(
  'a Host that is no name is told so by %s',
  async (path) => {
    const answer = await sendRaw(api.url, lines(`GET ${path} HTTP/1.1`, 'Host: [', 'Connection: close'));
    expect(problemOf(answer).status).toBe(421);
  },
);

test('a client that sends a whole refused body reads the reason', async () => {
  const { accessToken } = await api.signUp();
  const head = lines(
    'POST /api/v1/assets HTTP/1.1',
    'Host: localhost',
    'Connection: close',
    `Authorization: Bearer ${accessToken}`,
    'Content-Type: multipart/form-data; boundary=x',
    'Content-Length: 104857600',
  );
  expect(problemOf(await sendAllFirst(api.url, head, 104_857_600)).type).toMatch(/:too-large$/);
});

test('an upload whose form is cut off says so', async () => {
  const { accessToken } = await api.signUp();
  const png = await createTwoColours(64, 48).png().toBuffer();
  for (const picture of [
    '',
    png
      .toString('latin1')
      .replaceAll(/[^ -~]/g, 'x')
      .repeat(50),
  ]) {
    const body = `--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n${picture}`;
    const head = lines(
      'POST /api/v1/assets HTTP/1.1',
      'Host: localhost',
      'Connection: close',
      `Authorization: Bearer ${accessToken}`,
      'Content-Type: multipart/form-data; boundary=x',
      `Content-Length: ${body.length}`,
    );
    expect(problemOf(await sendRaw(api.url, `${head}${body}`))).toMatchObject({
      status: 422,
      detail: 'The upload was cut off. Send it again.',
    });
  }
});

test('who finds a weakness reads where to report it', async () => {
  const answer = await fetch(`${api.url}/.well-known/security.txt`);
  expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
  const text = await answer.text();
  expect(text).toContain('Contact: mailto:security@pictures.example\n');
  expect(text).toContain('Canonical: https://pictures.example/.well-known/security.txt\n');
  const [, expires = ''] = /^Expires: (.+)$/m.exec(text) ?? [];
  expect(new Date(expires).getTime()).toBeGreaterThan(Date.now());
});

test('no page may use the devices of its person', async () => {
  for (const path of ['/healthz', '/docs', '/'])
    expect((await fetch(`${api.url}${path}`)).headers.get('permissions-policy')).toContain('camera=()');
});
