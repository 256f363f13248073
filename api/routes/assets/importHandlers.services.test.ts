import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createFilm, createTwoColours } from '@star-graph/core/testing/pictures';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Answer, codeOf, startTestApi } from '../../testing/servers/apiServer.ts';
import { apiFixture, platformFixture } from '../../testing/servers/fixtures.ts';

const platform = platformFixture();
const api = apiFixture(platform, { UPLOADS_PER_USER: '1' }, { isAllowedAddress: () => true });
const guarded = apiFixture(platform);

/** Another site: `/picture` and `/film` are what they say, `/held` waits for the test. */
let site: Server;
let files: Record<string, Buffer>;
const asked: string[] = [];
const held: ServerResponse[] = [];
const linkTo = (path: string) => `http://127.0.0.1:${(site.address() as AddressInfo).port}${path}`;

beforeAll(async () => {
  files = {
    '/picture': await createTwoColours(64, 48).png().toBuffer(),
    '/film': createFilm(['testsrc=size=128x96:rate=8:duration=1']),
    '/words': Buffer.from('no picture at all'),
    '/empty': Buffer.alloc(0),
  };
  site = createServer(({ url = '' }: IncomingMessage, response) => {
    asked.push(url);
    if (url === '/held') held.push(response);
    // What it says it is must not count.
    else response.writeHead(200, { 'content-type': 'image/png' }).end(files[url]);
  }).listen(0, '127.0.0.1');
  await once(site, 'listening');
});
afterAll(() => {
  site.close();
  site.closeAllConnections();
});

const take = (token: string, url: string, key?: string): Promise<Answer> =>
  api.call('/api/v1/assets/imports', {
    token,
    body: { url },
    ...(key !== undefined && { headers: { 'idempotency-key': key } }),
  });
const countAssets = async (token: string) => (await api.call('/api/v1/assets', { token })).body.items.length;
const listTemporary = () => readdir(join(platform.env.DATA_DIR ?? '', 'tmp/api')).catch(() => []);

test('a picture and a film from links become uploads like any other', async () => {
  const { accessToken: token } = await api.signUp();
  const picture = await take(token, linkTo('/picture'));
  expect([picture.status, picture.body]).toMatchObject([
    201,
    { kind: 'input', mime: 'image/png', width: 64, height: 48, bytes: files['/picture']?.length },
  ]);
  expect(picture.headers.get('location')).toMatch(new RegExp(`/api/v1/assets/${picture.body.id}$`));
  const { pathname, search } = new URL(picture.body.url);
  expect((await api.call(pathname + search)).body.equals(files['/picture'])).toBe(true);
  const film = await take(token, linkTo('/film'));
  expect([film.status, film.body]).toMatchObject([201, { mime: 'video/mp4', width: 128 }]);
  expect(await countAssets(token)).toBe(2);
});

test('the same key takes one picture, however often and at once it is sent', async () => {
  const { accessToken: token } = await api.signUp();
  const other = (await api.signUp()).accessToken;
  const before = asked.length;
  const first = await take(token, linkTo('/picture'), 'once');
  const again = await take(token, linkTo('/picture'), 'once');
  expect([first.status, again.status]).toEqual([201, 200]);
  expect(again.body.id).toBe(first.body.id);
  expect(asked.length - before).toBe(1);
  const conflict = await take(token, linkTo('/film'), 'once');
  expect([conflict.status, codeOf(conflict)]).toEqual([409, 'idempotency-conflict']);
  const generation = await api.call('/api/v1/generate/text2img', {
    token,
    body: { prompt: 'a pier' },
    headers: { 'idempotency-key': 'once' },
  });
  expect(generation.status).toBeGreaterThanOrEqual(400);
  expect(await countAssets(token)).toBe(1);
  // A key is its person's.
  expect((await take(other, linkTo('/picture'), 'once')).status).toBe(201);
});

test('twins under one key on two processes make one asset', async () => {
  const { accessToken: token } = await api.signUp();
  await using second = await startTestApi(platform, {}, { isAllowedAddress: () => true });
  const call = { token, body: { url: linkTo('/held') }, headers: { 'idempotency-key': 'twin' } };
  const twins = [api, second].map((one) => one.call('/api/v1/assets/imports', call));
  await expect.poll(() => held.length).toBe(2);
  for (const response of held.splice(0)) response.end(files['/picture']);
  const answers = await Promise.all(twins);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 201]);
  expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
  expect(await countAssets(token)).toBe(1);
});

test.each([
  ['no picture', '/words', 415, 'unsupported-media'],
  ['nothing', '/empty', 422, 'invalid-params'],
])('%s behind a link leaves nothing behind', async (_what, path, status, code) => {
  const { accessToken: token } = await api.signUp();
  const refused = await take(token, linkTo(path), 'key');
  expect([refused.status, codeOf(refused)]).toEqual([status, code]);
  expect(await countAssets(token)).toBe(0);
  expect(await listTemporary()).toEqual([]);
  // The key is free for another try.
  expect((await take(token, linkTo('/picture'), 'key')).status).toBe(201);
});

test('a link counts as an upload of its person until it is through', async () => {
  const [busy, other] = [await api.signUp(), await api.signUp()];
  const first = take(busy.accessToken, linkTo('/held'));
  await expect.poll(() => held.length).toBe(1);
  const refused = await take(busy.accessToken, linkTo('/picture'));
  expect([refused.status, codeOf(refused)]).toEqual([429, 'quota-exceeded']);
  expect((await take(other.accessToken, linkTo('/picture'))).status).toBe(201);
  for (const response of held.splice(0)) response.end(files['/picture']);
  expect((await first).status).toBe(201);
  expect((await take(busy.accessToken, linkTo('/picture'))).status).toBe(201);
});

test('a link into the network is refused, and nobody there is asked', async () => {
  const { accessToken: token } = await guarded.signUp();
  const before = asked.length;
  for (const url of [
    linkTo('/picture'),
    'http://169.254.169.254/latest/',
    'ftp://pictures.example/a.png',
    'pier',
  ]) {
    const refused = await guarded.call('/api/v1/assets/imports', { token, body: { url } });
    expect([refused.status, codeOf(refused), refused.body.errors[0].pointer]).toEqual([
      422,
      'invalid-params',
      '/url',
    ]);
  }
  expect(asked.length).toBe(before);
});
