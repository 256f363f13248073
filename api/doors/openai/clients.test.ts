import { createTwoColours, openPicture } from '@star-graph/core/testing/pictures';
import { beforeAll, expect, test } from 'vitest';
import { replay as replayAt, type Sent } from '../testing/replay.ts';
import { openAiFixture } from './testing/openAiServer.ts';

const { api, pool, enter, tasksOf } = openAiFixture();
beforeAll(async () => {
  await pool.release();
});

interface Body {
  data?: { b64_json?: string; url?: string }[];
  usage?: { output_tokens: number };
  error?: { message: string; param: string | null };
}

const replay = (sent: Sent) => replayAt<Body>(api.url, sent);

const formOf = (boundary: string, parts: readonly (readonly [string, string | Buffer])[]): Buffer =>
  Buffer.concat([
    ...parts.flatMap(([head, value]) => [
      Buffer.from(`--${boundary}\r\n${head}\r\n\r\n`),
      Buffer.from(value),
      Buffer.from('\r\n'),
    ]),
    Buffer.from(`--${boundary}--\r\n`),
  ]);

const photo = () => createTwoColours(256, 256).png().toBuffer();
const isPicture = async (base64 = '') => (await openPicture(Buffer.from(base64, 'base64')).metadata()).format;

/** What aiohttp sends beside the headers that Open WebUI gives. */
const aiohttp = ['Accept: */*', 'Accept-Encoding: gzip, deflate', 'User-Agent: Python/3.11 aiohttp/3.13.2'];

test('Open WebUI gets pictures from words, with the parameters that its administrator adds', async () => {
  const { person, key } = await enter();
  const send = (body: string) =>
    replay({
      path: '/v1/images/generations?api-version=2025-04-01-preview',
      headers: [`Authorization: Bearer ${key}`, 'Content-Type: application/json', ...aiohttp],
      body,
    });
  const { status, body } = await send(
    '{"model": "dall-e-3", "prompt": "a lighthouse", "n": 1, "size": "512x512", "response_format": "b64_json", "steps": 2}',
  );
  expect([status, await isPicture(body.data?.[0]?.b64_json)]).toEqual([200, 'png']);
  // Its own pattern leaves response_format out for these, and it reads whichever comes.
  const named = await send('{"model": "gpt-image-1", "prompt": "a lighthouse", "n": 1, "size": "auto"}');
  expect(await isPicture(named.body.data?.[0]?.b64_json)).toBe('png');
  expect((await tasksOf(person)).map(({ params }) => params.width)).toEqual([1024, 512]);
});

test('Open WebUI opens a link with its key in the header', async () => {
  const { key } = await enter();
  const headers = [`Authorization: Bearer ${key}`, 'Content-Type: application/json', ...aiohttp];
  const body = '{"model": "dall-e-3", "prompt": "a lighthouse", "n": 1, "response_format": "url"}';
  const answer = await replay({ path: '/v1/images/generations', headers, body });
  const { pathname } = new URL(answer.body.data?.[0]?.url ?? '');
  const opened = await fetch(`${api.url}${pathname}`, { headers: { authorization: `Bearer ${key}` } });
  expect([opened.status, opened.headers.get('content-type')]).toEqual([200, 'image/png']);
});

test('Open WebUI changes one picture, and several', async () => {
  const { person, key } = await enter();
  const boundary = 'd3b6a2f0c9e84c1f9a7b5d2e6f801234';
  const field = (name: string, value: string) =>
    [
      `Content-Type: text/plain; charset=utf-8\r\nContent-Disposition: form-data; name="${name}"`,
      value,
    ] as const;
  const bytes = await photo();
  const file = (name: string) =>
    [
      `Content-Type: image/png\r\nContent-Disposition: form-data; name="${name}"; filename="e7.png"`,
      bytes,
    ] as const;
  const send = (...parts: (readonly [string, string | Buffer])[]) =>
    replay({
      path: '/v1/images/edits',
      headers: [
        `Authorization: Bearer ${key}`,
        ...aiohttp,
        `Content-Type: multipart/form-data; boundary=${boundary}`,
      ],
      body: formOf(boundary, parts),
    });
  const words = [field('model', 'gpt-image-1'), field('prompt', 'in snow'), field('n', '1')];
  const one = await send(...words, file('image'));
  expect([one.status, await isPicture(one.body.data?.[0]?.b64_json)]).toEqual([200, 'png']);
  const several = await send(...words, field('size', '512x512'), file('image[]'), file('image[]'));
  expect([several.status, await isPicture(several.body.data?.[0]?.b64_json)]).toEqual([200, 'png']);
  const [second, first] = await tasksOf(person);
  expect(Object.keys(first?.params ?? {})).not.toContain('image2');
  expect(second?.params).toMatchObject({ image2: expect.any(String), width: 512 });
});

/** What the package sends that LibreChat and LobeHub call it by. */
const stainless = [
  'Accept: application/json',
  'User-Agent: OpenAI/JS 5.10.1',
  'X-Stainless-Retry-Count: 0',
  'X-Stainless-Timeout: 600',
  'X-Stainless-Lang: js',
  'X-Stainless-Package-Version: 5.10.1',
  'X-Stainless-OS: Linux',
  'X-Stainless-Arch: x64',
  'X-Stainless-Runtime: node',
  'X-Stainless-Runtime-Version: v22.19.0',
  'Content-Type: application/json',
  'accept-language: *',
  'sec-fetch-mode: cors',
  'accept-encoding: gzip, deflate',
];

test('LibreChat gets pictures in the format of its settings', async () => {
  const { key } = await enter();
  const { status, body } = await replay({
    path: '/v1/images/generations',
    headers: [`Authorization: Bearer ${key}`, ...stainless],
    body: '{"model":"gpt-image-1","prompt":"a lighthouse","n":2,"background":"auto","response_format":"b64_json","output_format":"webp","output_compression":100,"quality":"auto","size":"auto"}',
  });
  expect([status, body.data?.length]).toEqual([200, 2]);
  expect(await isPicture(body.data?.[1]?.b64_json)).toBe('webp');
});

test('LibreChat on Azure sends its key in another header, and axios its form', async () => {
  const { person, key } = await enter();
  const boundary = '--------------------------502943128874629148823461';
  const field = (name: string, value: string) =>
    [`Content-Disposition: form-data; name="${name}"`, value] as const;
  const { status, body } = await replay({
    path: '/v1/images/edits?api-version=2025-04-01-preview',
    headers: [
      'Accept: application/json, text/plain, */*',
      `Content-Type: multipart/form-data; boundary=${boundary}`,
      `api-key: ${key}`,
      'User-Agent: axios/1.12.1',
      'Accept-Encoding: gzip, compress, deflate, br',
    ],
    body: formOf(boundary, [
      field('model', 'gpt-image-1'),
      field('prompt', 'in snow'),
      field('quality', 'low'),
      field('size', 'auto'),
      field('output_format', 'png'),
      [
        'Content-Disposition: form-data; name="image[]"; filename="photo.png"\r\nContent-Type: image/png',
        await photo(),
      ],
    ]),
  });
  expect([status, await isPicture(body.data?.[0]?.b64_json)]).toEqual([200, 'png']);
  expect(await tasksOf(person)).toMatchObject([{ status: 'succeeded', params: { prompt: 'in snow' } }]);
});

test('LobeHub gets a picture with what it cost, and is told what it may not ask for', async () => {
  const { person, key } = await enter();
  const send = (body: string) =>
    replay({
      path: '/v1/images/generations',
      headers: [`Authorization: Bearer ${key}`, ...stainless],
      body,
    });
  const { status, body } = await send(
    '{"model":"gpt-image-1","n":1,"prompt":"a lighthouse","size":"1024x1536"}',
  );
  const [task] = await tasksOf(person);
  expect([status, body.usage?.output_tokens]).toEqual([200, task?.cost]);
  expect(task?.params).toMatchObject({ width: 1024, height: 1536 });
  const refused = await send('{"model":"gpt-image-1","n":1,"prompt":"a lighthouse","seeds":1}');
  expect([refused.status, refused.body.error?.param]).toEqual([400, 'seeds']);
});
