import { type ProblemView, problemSchema } from '@star-graph/contract/problems';
import { createTwoColours } from '@star-graph/core/testing/pictures';
import { beforeAll, expect, test } from 'vitest';
import { holdRaw } from '../../testing/calls/rawSocket.ts';
import { apiFixture, platformFixture } from '../../testing/servers/fixtures.ts';

const platform = platformFixture();
const api = apiFixture(platform, { UPLOAD_LIMIT_BYTES: '1000000' });
const smaller = apiFixture(platform, { UPLOAD_LIMIT_BYTES: '200000' });
let token: string;
let png: string;
beforeAll(async () => {
  token = (await api.signUp()).accessToken;
  png = (await createTwoColours(64, 48).png().toBuffer()).toString('latin1');
});

const disposition = 'Content-Disposition: form-data; name="file"; filename="a.png"\r\n';
const part = (head: string, body = 'x') => `--b\r\n${head}\r\n${body}\r\n`;
const end = '--b--\r\n';

/** Sends the bytes, keeps the connection open, and resolves with the answer, which must not wait for more bytes. */
async function send(
  body: string,
  options: { type?: string; length?: number; url?: string } = {},
): Promise<ProblemView> {
  const { type = 'multipart/form-data; boundary=b', length, url = api.url } = options;
  const head = [
    'POST /api/v1/assets HTTP/1.1',
    'Host: localhost',
    `Authorization: Bearer ${token}`,
    `Content-Type: ${type}`,
    `Content-Length: ${length ?? Buffer.byteLength(body, 'latin1')}`,
  ];
  const answer = await holdRaw(url, Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`, 'latin1'));
  const problem = problemSchema.parse(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4)));
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${problem.status} `));
  return problem;
}

const headers = /^A part of the form has no headers, malformed ones, or more than 16 KB of them\./;
const aForm = /^Send the file as multipart\/form-data, in one part named file\.$/;
const cutOff = /^The upload was cut off\./;

/** The request announces more bytes than it sends, so only an immediate answer comes within the allowed silence. */
const more = { length: 900_000 };

test.each([
  ['a part without headers', () => part(''), headers, more],
  ['a part without headers behind the file', () => part(disposition, png) + part(''), headers, more],
  ['a header above 16 KB', () => part(`${disposition}X-Long: ${'x'.repeat(17_000)}\r\n`), headers, more],
  ['a header name above 16 KB', () => part(`${'x'.repeat(17_000)}: y\r\n`), headers, more],
  ['many headers above 16 KB together', () => part(`X: ${'x'.repeat(100)}\r\n`.repeat(170)), headers, more],
  ['a header without a colon', () => part('Content-Disposition\r\n'), headers, more],
  ['a header without a name', () => part(': form-data\r\n'), headers, more],
  ['bytes in a header', () => part(`${disposition}X: \x00\x01\r\n`), headers, more],
  ['a bare line feed as the end of a header', () => part('Content-Disposition: form-data\n'), headers, more],
  ['another field', () => part('Content-Disposition: form-data; name="x"\r\n') + end, aForm, more],
  ['another file', () => part(disposition.replace('"file"', '"x"')), aForm, more],
  ['two files', () => part(disposition, png) + part(disposition, png), aForm, more],
  ['two parts that are none of a form', () => part('X: y\r\n').repeat(2) + end, aForm, more],
  ['absurdly many parts', () => part('X: y\r\n').repeat(20_000) + end, aForm, {}],
  ['no part', () => end, aForm, {}],
  ['nothing', () => '', cutOff, {}],
  [
    'a form in a part',
    () => part('Content-Type: multipart/mixed; boundary=c\r\n', `--c\r\n${disposition}\r\nx\r\n--c--`) + end,
    aForm,
    {},
  ],
  ['no boundary in its type', () => part(disposition, png) + end, aForm, { type: 'multipart/form-data' }],
  [
    'an empty boundary',
    () => part(disposition, png) + end,
    aForm,
    { type: 'multipart/form-data; boundary=""' },
  ],
  [
    'another boundary than its type says',
    () => part(disposition, png) + end,
    cutOff,
    { type: 'multipart/form-data; boundary=c' },
  ],
  ['an end before its first boundary', () => '--', cutOff, {}],
  ['an end in a header', () => `--b\r\n${disposition.slice(0, 20)}`, cutOff, {}],
  ['an end behind the headers', () => `--b\r\n${disposition}\r\n`, cutOff, {}],
  ['an end in the file', () => part(disposition, png), cutOff, {}],
  ['an end in the closing boundary', () => `${part(disposition, png)}--b-`, cutOff, {}],
])('an upload with %s is answered 422 at once, and says why', async (_case, body, detail, options) => {
  const problem = await send(body(), options);
  expect(problem.status).toBe(422);
  expect(problem.detail).toMatch(detail);
  expect((await api.call('/api/v1/tasks', { token })).status).toBe(200);
});

test.each([
  ['in front of the file', `${'x'.repeat(65_536)}`, ''],
  ['behind the form', '', 'x'.repeat(65_536)],
])('endless bytes %s are too large, despite any stated length', async (_case, before, behind) => {
  const head = [
    'POST /api/v1/assets HTTP/1.1',
    'Host: localhost',
    `Authorization: Bearer ${token}`,
    'Content-Type: multipart/form-data; boundary=b',
    'Transfer-Encoding: chunked',
  ].join('\r\n');
  const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;
  const pieces = [
    ...(before === '' ? [] : Array(20).fill(chunk(before))),
    chunk(part(disposition, png) + end),
  ];
  const rest = behind === '' ? [] : Array(20).fill(chunk(behind));
  const answer = await holdRaw(
    api.url,
    Buffer.from(`${head}\r\n\r\n${[...pieces, ...rest].join('')}`, 'latin1'),
  );
  expect(answer).toMatch(/^HTTP\/1\.1 413 /);
});

test('a file that is one byte too large is too large, not malformed', async () => {
  const body = part(disposition, png.padEnd(200_001, '\0')) + end;
  const problem = await send(body, { url: smaller.url });
  expect([problem.status, problem.type]).toEqual([413, 'urn:star-graph:problem:too-large']);
});
