import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createTwoColours, openPicture } from '@star-graph/core/testing/pictures';
import OpenAI from 'openai';
import { beforeAll, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../../testing/servers/apiServer.ts';
import { fixture } from '../../testing/servers/fixtures.ts';
import { errorOf, openAiFixture, pictureOf } from '../testing/openAiServer.ts';

const {
  api: guarded,
  platform,
  pool,
  enterByKey,
  set,
  balanceOf,
  tasksOf,
} = openAiFixture({ isDrawing: true });
/** Stands for the public internet: a second address of this machine. */
const outside = '127.0.0.2';
const fileLimit = 200_000;
const api: TestApi = fixture(() =>
  startTestApi(
    platform,
    { SIGN_UP_GRANT: '1000', UPLOADS_PER_USER: '1', UPLOAD_LIMIT_BYTES: String(fileLimit) },
    { isAllowedAddress: (address) => address === outside },
  ),
);

type Answer = (response: ServerResponse) => void;
interface Site extends AsyncDisposable {
  asked: string[];
  linkTo(path: string): string;
}

async function startSite(host: string, answers: Record<string, Answer>): Promise<Site> {
  const asked: string[] = [];
  const server = createServer(({ url = '' }, response) => {
    asked.push(url);
    answers[url]?.(response);
  }).listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    asked,
    linkTo: (path) => `http://${host}:${port}${path}`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}

const held: ServerResponse[] = [];
const inside: Site = fixture(() => startSite('127.0.0.1', {}));
const site: Site = fixture(async () => {
  const picture = await createTwoColours(256, 256).png().toBuffer();
  const hole = { create: { width: 128, height: 256, channels: 4, background: '#000' } } as const;
  const mask = await createTwoColours(256, 256)
    .ensureAlpha()
    .composite([{ input: hole, left: 128, top: 0, blend: 'dest-out' }])
    .png()
    .toBuffer();
  const give = (bytes: Buffer | string, type = 'image/png'): Answer => {
    return (response) => response.writeHead(200, { 'content-type': type }).end(bytes);
  };
  return startSite(outside, {
    '/picture': give(picture),
    '/mask': give(mask),
    '/page': give('<html></html>', 'text/html; charset=utf-8'),
    '/words': give('no picture at all'),
    '/empty': give(''),
    '/inward': (response) => response.writeHead(302, { location: inside.linkTo('/secret') }).end(),
    '/endless': (response) => {
      response.writeHead(200, { 'content-type': 'image/png' });
      const pour = () => {
        while (response.write(Buffer.alloc(16_384)));
      };
      response.on('drain', pour).on('error', () => undefined);
      pour();
    },
    '/broken': (response) => response.destroy(),
    '/held': (response) => held.push(response),
  });
});
beforeAll(async () => {
  await pool.release();
});

async function enter(at: TestApi = api) {
  const holder = await enterByKey();
  const client = new OpenAI({ baseURL: `${at.url}/v1`, apiKey: holder.key, maxRetries: 0 });
  const edit = (body: object, options: OpenAI.RequestOptions = {}) =>
    client.post<OpenAI.ImagesResponse>('/images/edits', {
      body: { prompt: 'in snow', steps: 2, ...body },
      ...options,
    });
  return { ...holder, client, edit };
}
const ofLink = (path: string) => ({ image_url: site.linkTo(path) });
const chatOf = (url: string): OpenAI.ChatCompletionCreateParamsNonStreaming => ({
  model: 'gpt-image-1',
  messages: [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'in snow' },
        { type: 'image_url', image_url: { url } },
      ],
    },
  ],
});
const countAssets = async (token: string) => (await api.call('/api/v1/assets', { token })).body.items.length;
const listTemporary = () => readdir(join(platform.env.DATA_DIR ?? '', 'tmp/api')).catch(() => []);

test('an edit takes its picture and its mask from links, and is paid like any other', async () => {
  const { person, edit } = await enter();
  const answer = await edit({ images: [ofLink('/picture')], mask: ofLink('/mask') });
  expect(await openPicture(pictureOf(answer)).metadata()).toMatchObject({ width: 256, height: 256 });
  const tasks = await tasksOf(person);
  expect(tasks).toMatchObject([
    { status: 'succeeded', params: { image: expect.any(String), mask: expect.any(String) } },
  ]);
  expect(await balanceOf(person)).toEqual({ available: 1_000 - (tasks[0]?.cost ?? 0), held: 0 });
});

test('a chat changes the picture behind a link', async () => {
  const { person, client } = await enter();
  await client.chat.completions.create(chatOf(site.linkTo('/picture')));
  expect(await tasksOf(person)).toMatchObject([
    { status: 'succeeded', params: { prompt: 'in snow', image: expect.any(String) } },
  ]);
});

test.each([
  ['/page', 400],
  ['/words', 400],
  ['/empty', 400],
  ['/inward', 400],
  ['/endless', 413],
  ['/broken', 400],
])('a link to %s is refused, and costs and keeps nothing', async (path, status) => {
  const { person, client, edit } = await enter();
  const link = site.linkTo(path);
  const refused = await errorOf(edit({ images: [{ image_url: link }] }));
  expect(refused.status).toBe(status);
  expect((await errorOf(edit({ images: [ofLink('/picture')], mask: { image_url: link } }))).status).toBe(
    status,
  );
  expect((await errorOf(client.chat.completions.create(chatOf(link)))).status).toBe(status);
  expect(inside.asked).toEqual([]);
  expect(await tasksOf(person)).toEqual([]);
  expect(await countAssets(person.accessToken)).toBe(0);
  expect(await balanceOf(person)).toEqual({ available: 1_000, held: 0 });
  expect(await listTemporary()).toEqual([]);
});

test('a link into this network is refused with its parameter, and reaches nobody', async () => {
  const { person, client, edit } = await enter(guarded);
  for (const link of [
    inside.linkTo('/secret'),
    'http://169.254.169.254/latest',
    'http://[::1]/',
    site.linkTo('/picture'),
  ]) {
    const before = site.asked.length;
    const image = await errorOf(edit({ images: [{ image_url: link }] }));
    expect([image.status, image.param, image.message]).toEqual([
      ...[400, 'images'],
      expect.stringContaining('public internet'),
    ]);
    expect((await errorOf(client.chat.completions.create(chatOf(link)))).param).toBe('messages');
    expect(site.asked.length).toBe(before);
  }
  expect(inside.asked).toEqual([]);
  expect(await tasksOf(person)).toEqual([]);
});

test('what is no link and no picture is refused by name, and so is file_id', async () => {
  const { person, edit } = await enter();
  for (const [reference, words] of [
    [{ file_id: 'file-1' }, 'file_id'],
    [{ image_url: site.linkTo('/picture'), file_id: 'file-1' }, 'file_id'],
    [{ image_url: 'file:///etc/passwd' }, 'https link'],
    [{ image_url: 'data:text/html;base64,aGk=' }, 'base64'],
    [{}, 'image_url'],
  ] as const) {
    const image = await errorOf(edit({ images: [reference] }));
    expect([image.status, image.param, image.message]).toEqual([
      400,
      'images',
      expect.stringContaining(words),
    ]);
    const mask = await errorOf(edit({ images: [ofLink('/picture')], mask: reference }));
    expect([mask.status, mask.param]).toEqual([400, 'mask']);
  }
  expect(await tasksOf(person)).toEqual([]);
});

test('an edit that is repeated under its key fetches once and is paid once', async () => {
  const { person, edit } = await enter();
  const options = { headers: { 'Idempotency-Key': 'again' } };
  const before = site.asked.length;
  const first = await edit({ images: [ofLink('/picture')] }, options);
  const second = await edit({ images: [ofLink('/picture')] }, options);
  expect(second.data).toEqual(first.data);
  expect(site.asked.slice(before)).toEqual(['/picture']);
  const other = await errorOf(edit({ images: [ofLink('/words')] }, options));
  expect(other.status).toBe(409);
  expect(site.asked.slice(before)).toEqual(['/picture']);
  const tasks = await tasksOf(person);
  expect(tasks).toHaveLength(1);
  expect(await balanceOf(person)).toEqual({ available: 1_000 - (tasks[0]?.cost ?? 0), held: 0 });
});

test('what the platform would refuse is refused before its links are opened', async () => {
  const { person, edit } = await enter();
  const before = site.asked.length;
  const unknown = await errorOf(edit({ model: 'no-such', images: [ofLink('/picture')] }));
  expect([unknown.status, unknown.code]).toEqual([404, 'model_not_found']);
  expect(site.asked.length).toBe(before);
  expect(await tasksOf(person)).toEqual([]);
});

test('a client that hangs up ends the fetching, which held its one place for uploads', async () => {
  const { person, edit } = await enter();
  const hangUp = new AbortController();
  const waiting = edit({ images: [ofLink('/held')] }, { signal: hangUp.signal });
  waiting.catch(() => undefined);
  await expect.poll(() => held.length).toBe(1);
  const second = await errorOf(edit({ images: [ofLink('/picture')] }));
  expect(second.status).toBe(429);
  const [response] = held.splice(0);
  const ended = response && once(response, 'close');
  hangUp.abort();
  await ended;
  await expect
    .poll(async () => (await edit({ images: [ofLink('/picture')] }).catch(() => undefined))?.data?.length)
    .toBe(1);
  expect(await tasksOf(person)).toHaveLength(1);
  expect(await listTemporary()).toEqual([]);
});

// The last test: the other server learns up to a second later that it is over.
test('no link is opened during maintenance', async () => {
  const { client, edit } = await enter(guarded);
  const before = site.asked.length;
  const message = { en: 'Back at noon.', 'zh-CN': '中午恢复。' };
  await set({ MAINTENANCE: { message, retryAfterSeconds: 60 } });
  const asked = [
    () => edit({ images: [ofLink('/picture')] }),
    () => client.chat.completions.create(chatOf(site.linkTo('/picture'))),
  ];
  for (const ask of asked) expect((await errorOf(ask())).message).toContain('Back at noon.');
  await set({ MAINTENANCE: null });
  expect(site.asked.length).toBe(before);
});
