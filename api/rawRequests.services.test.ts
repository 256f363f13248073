import { createTwoColours } from '@star-graph/core/testing/pictures';
import { describe, expect, test } from 'vitest';
import { type ProblemView, problemSchema } from './contract/problems.ts';
import { sendAllFirst, sendRaw } from './testing/calls/rawSocket.ts';
import { apiFixture, platformFixture } from './testing/servers/fixtures.ts';

const platform = platformFixture();
const api = apiFixture(platform);

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

describe('what Node refuses by itself is answered by a problem document:', () => {
  test.each([
    ['headers too large', lines('GET / HTTP/1.1', 'Host: x', `X-Long: ${'x'.repeat(20_000)}`), 431],
    ['garbage', lines('\x16\x03\x01 what is this'), 400],
    [
      'a length that is none',
      lines('POST /api/v1/auth/login HTTP/1.1', 'Host: x', 'Content-Length: ten'),
      400,
    ],
    ['an expectation', lines('GET /healthz HTTP/1.1', 'Host: x', 'Connection: close', 'Expect: foo'), 417],
    [
      'a handshake elsewhere',
      lines('GET /x HTTP/1.1', 'Host: x', 'Connection: Upgrade', 'Upgrade: websocket'),
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
    'Host: x',
    `Authorization: Bearer ${accessToken}`,
    'Content-Type: application/json',
    'Transfer-Encoding: chunked',
  );
  const answer = await sendRaw(api.url, request, 'no chunk\r\n');
  expect(answer.match(/HTTP\/1\.1 /g)).toHaveLength(1);
});

test('a malformed Host takes nothing from a file or a page', async () => {
  const { accessToken: token } = await api.signUp();
  const form = new FormData();
  form.append('file', new Blob([new Uint8Array(await createTwoColours(8, 8).png().toBuffer())]), 'a.png');
  const { body: asset } = await api.call('/api/v1/assets', { token, body: form });
  const { pathname, search } = new URL(asset.url);
  for (const path of [`${pathname}${search}`, '/healthz', '/docs', '/openapi.json'])
    expect(await sendRaw(api.url, lines(`GET ${path} HTTP/1.1`, 'Host: [', 'Connection: close'))).toMatch(
      /^HTTP\/1\.1 200 /,
    );
});

test('a client that sends a whole refused body reads the reason', async () => {
  const { accessToken } = await api.signUp();
  const head = lines(
    'POST /api/v1/assets HTTP/1.1',
    'Host: x',
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
      'Host: x',
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
