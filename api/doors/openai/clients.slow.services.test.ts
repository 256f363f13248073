import { createOpenAI } from '@ai-sdk/openai';
import { createOpenRouter } from '@openrouter/ai-sdk-provider';
import { createTwoColours, openPicture } from '@star-graph/core/testing/pictures';
import { type GeneratedFile, generateImage, generateText, streamText } from 'ai';
import { beforeAll, expect, test } from 'vitest';
import { openAiFixture } from '../testing/openAiServer.ts';
import { replay as replayAt, type Sent } from '../testing/replay.ts';

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

test('n8n, Home Assistant and a plugin of Obsidian get a picture as they ask for it', async () => {
  const { key } = await enter();
  const axios = [
    'Accept: application/json,text/html,application/xhtml+xml,application/xml,text/*;q=0.9, image/*;q=0.8, */*;q=0.7',
    'User-Agent: axios/1.12.0',
    'Accept-Encoding: gzip, compress, deflate, br',
    'Connection: keep-alive',
  ];
  const ofHome = [
    'Accept: */*',
    'Accept-Encoding: gzip, deflate, br',
    'User-Agent: HomeAssistant/2026.11.1 aiohttp/3.13.2 Python/3.13',
  ];
  for (const headers of [
    [...axios, `authorization: Bearer ${key}`, 'content-type: application/json'],
    [...ofHome, `authorization: Bearer ${key}`, 'Content-Type: application/json'],
  ]) {
    const sent = {
      path: '/v1/images/generations',
      headers,
      body: '{"prompt":"a lighthouse","response_format":"url"}',
    };
    const { status, body } = await replay(sent);
    const { pathname, search } = new URL(body.data?.[0]?.url ?? '');
    const picture = await fetch(`${api.url}${pathname}${search}`);
    expect([status, picture.status, picture.headers.get('content-type')]).toEqual([200, 200, 'image/png']);
  }
  const inNote = await replay({
    path: '/v1/images/generations',
    headers: [`Authorization: Bearer ${key}`, 'Content-Type: application/json'],
    body: '{"model":"dall-e-3","prompt":"A detailed D&D fantasy art portrait of: a lighthouse","n":1,"size":"1024x1024","response_format":"b64_json"}',
  });
  expect([inNote.status, await isPicture(inNote.body.data?.[0]?.b64_json)]).toEqual([200, 'png']);
});

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

const formatsOf = (files: readonly GeneratedFile[]) =>
  Promise.all(files.map(({ base64 }) => isPicture(base64)));

async function enterSdk() {
  const { person, key } = await enter();
  const account = { baseURL: `${api.url}/v1`, apiKey: key };
  return { person, key, openai: createOpenAI(account), router: createOpenRouter(account) };
}

test('the AI SDK draws, changes a picture and redraws behind a mask', async () => {
  const { person, openai } = await enterSdk();
  const model = openai.image('gpt-image-1');
  const drawn = await generateImage({ model, prompt: 'a lighthouse', size: '256x256', maxRetries: 0 });
  expect(await formatsOf(drawn.images)).toEqual(['png']);
  const [first] = await tasksOf(person);
  expect([drawn.warnings, drawn.usage.outputTokens]).toEqual([[], first?.cost]);
  expect(first?.params).toMatchObject({ prompt: 'a lighthouse', width: 256, height: 256 });
  const images = [await photo()];
  const mask = await createTwoColours(256, 256).ensureAlpha(0).png().toBuffer();
  const changed = await generateImage({ model, prompt: { text: 'in snow', images }, maxRetries: 0 });
  const redrawn = await generateImage({ model, prompt: { text: 'a boat', images, mask }, maxRetries: 0 });
  expect(await formatsOf([changed.image, redrawn.image])).toEqual(['png', 'png']);
  const [last, second] = await tasksOf(person);
  expect([second?.params.prompt, second?.params.mask]).toEqual(['in snow', undefined]);
  expect(last?.params).toMatchObject({ prompt: 'a boat', mask: expect.any(String) });
});

test('packages of xAI and of Together draw in the shape and the sides that they ask for', async () => {
  const { person, key } = await enter();
  const send = async (agent: string, body: string) => {
    const answer = await replay({
      path: '/v1/images/generations',
      headers: [`Authorization: Bearer ${key}`, 'Content-Type: application/json', `User-Agent: ${agent}`],
      body,
    });
    expect([answer.status, await isPicture(answer.body.data?.[0]?.b64_json)]).toEqual([200, 'png']);
  };
  await send(
    'ai/7.0.185 ai-sdk-provider-utils/5.0.79 node.js/24',
    '{"model":"gpt-image-1","prompt":"a lighthouse","n":1,"response_format":"b64_json","aspect_ratio":"16:9","resolution":"1k"}',
  );
  await send(
    'ai/7.0.185 ai-sdk-provider-utils/5.0.71 node.js/24',
    '{"model":"gpt-image-1","prompt":"a boat","seed":3,"width":512,"height":256,"response_format":"base64","steps":2}',
  );
  await send(
    'Together/JS 0.52.0',
    '{"model":"gpt-image-1","prompt":"a boat","width":512,"height":256,"steps":2,"response_format":"base64"}',
  );
  const sizes = (await tasksOf(person)).map(({ params }) => [params.width, params.height, params.seed === 3]);
  expect(sizes).toEqual([
    [512, 256, false],
    [512, 256, true],
    [1368, 768, false],
  ]);
});

test("OpenRouter's provider for the AI SDK draws in a shape, and from a picture", async () => {
  const { person, router } = await enterSdk();
  const model = router.imageModel('gpt-image-1');
  const quick = { maxRetries: 0, providerOptions: { openrouter: { steps: 2, resolution: '512' } } };
  const drawn = await generateImage({
    ...quick,
    model,
    prompt: 'a lighthouse',
    aspectRatio: '16:9',
    seed: 7,
  });
  expect(await formatsOf(drawn.images)).toEqual(['png']);
  const [task] = await tasksOf(person);
  expect(drawn.usage.outputTokens).toBe(task?.cost);
  expect(task?.params).toMatchObject({ prompt: 'a lighthouse', seed: 7, steps: 2, width: 680, height: 384 });
  const prompt = { text: 'in snow', images: [await photo()] };
  const changed = await generateImage({ model, prompt, size: '512x256', maxRetries: 0 });
  expect(await formatsOf(changed.images)).toEqual(['png']);
  expect((await tasksOf(person))[0]?.params).toMatchObject({
    prompt: 'in snow',
    image: expect.any(String),
    width: 512,
    height: 256,
  });
});

test("OpenRouter's provider gets the picture of a chat, whole and in a stream", async () => {
  const { person, router } = await enterSdk();
  const ask = { model: router('gpt-image-1:image'), prompt: 'a lighthouse', maxRetries: 0, topK: 4 };
  const { files, usage, finishReason } = await generateText(ask);
  expect(await formatsOf(files)).toEqual(['png']);
  expect([finishReason, usage.outputTokens]).toEqual(['stop', (await tasksOf(person))[0]?.cost]);
  expect(await formatsOf(await streamText(ask).files)).toEqual(['png']);
  expect(await tasksOf(person)).toHaveLength(2);
});

test('what clients of OpenRouter may not ask for is named, with a code that they can read', async () => {
  const { person, key, router } = await enterSdk();
  const send = (fields: object) =>
    replayAt<{ error: { code: number; message: string; metadata: { param: string } } }>(api.url, {
      path: '/v1/images',
      headers: [`Authorization: Bearer ${key}`, 'Content-Type: application/json'],
      body: JSON.stringify({ model: 'gpt-image-1', prompt: 'a fox', ...fields }),
    });
  const refused = [
    [{ seeds: 1 }, 'seeds'],
    [{ size: '512x512', aspect_ratio: '1:1' }, 'aspect_ratio'],
    [{ size: '1K', resolution: '1K' }, 'resolution'],
    [{ aspect_ratio: 'wide' }, 'aspect_ratio'],
    [{ resolution: '8K' }, 'resolution'],
    [{ output_format: 'svg' }, 'output_format'],
    [{ input_references: ['https://pictures.example/a.png'] }, 'input_references'],
  ] as const;
  for (const [fields, param] of refused) {
    const { status, body } = await send(fields);
    expect([status, body.error.code, body.error.metadata.param]).toEqual([400, 400, param]);
  }
  const model = router.imageModel('nobody/nothing');
  const failed = generateImage({ model, prompt: 'a fox', maxRetries: 0 });
  await expect(failed).rejects.toMatchObject({
    name: 'AI_APICallError',
    statusCode: 404,
    message: expect.stringContaining('The model nobody/nothing does not exist'),
  });
  expect(await tasksOf(person)).toEqual([]);
});
