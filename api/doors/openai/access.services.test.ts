import { eventually } from '@star-graph/core/testing/eventually';
import { createClockFromNoon } from '@star-graph/core/testing/manualClock';
import OpenAI from 'openai';
import { beforeAll, describe, expect, test } from 'vitest';
import { startTestApi } from '../../testing/servers/apiServer.ts';
import { addServiceKey } from '../../testing/servers/fixtures.ts';
import { errorOf, openAiFixture, small } from '../testing/openAiServer.ts';

// Limits count by days.
const clock = createClockFromNoon();
const { api, pool, platform, enter, set, balanceOf, tasksOf } = openAiFixture({ clock });
beforeAll(async () => {
  await pool.release();
});

test('a key does what its scopes allow, and a service key nothing', async () => {
  const { person } = await enter();
  const open = async (scopes: string[]) => {
    const body = { name: 'client', scopes };
    const { key } = (await api.call('/api/v1/users/api-keys', { token: person.accessToken, body })).body;
    return new OpenAI({ baseURL: `${api.url}/v1`, apiKey: key, maxRetries: 0 });
  };
  const reader = await open(['tasks:read']);
  expect((await reader.models.list()).data.length).toBeGreaterThan(0);
  expect((await errorOf(reader.images.generate({ prompt: 'a fox' }))).status).toBe(403);
  const writer = await open(['tasks:write']);
  expect((await writer.images.generate({ prompt: 'a fox', ...small })).data).toHaveLength(1);
  const image = new File(['x'], 'x.png', { type: 'image/png' });
  expect((await errorOf(writer.images.edit({ image, prompt: 'a fox' }))).status).toBe(403);
  const { key } = await addServiceKey(api);
  const headers = { 'Star-Graph-Act-For': 'discord:100000000000000888' };
  const service = new OpenAI({
    baseURL: `${api.url}/v1`,
    apiKey: key,
    defaultHeaders: headers,
    maxRetries: 0,
  });
  expect((await errorOf(service.images.generate({ prompt: 'a fox' }))).status).toBe(403);
  expect(await tasksOf(person)).toHaveLength(1);
});

test('a process that stops answers those who wait, and charges nothing', async () => {
  await pool.hold();
  const other = await startTestApi(platform, { SIGN_UP_GRANT: '1000' }, { clock });
  const { person, key } = await enter();
  const client = new OpenAI({ baseURL: `${other.url}/v1`, apiKey: key, maxRetries: 0 });
  const refused = errorOf(client.images.generate({ prompt: 'a fox', ...small }));
  await eventually(async () => expect(await tasksOf(person)).toHaveLength(1));
  await other.stop();
  const error = await refused;
  expect([error.status, error.headers?.get('x-should-retry')]).toEqual([503, 'true']);
  expect((await tasksOf(person)).map(({ status }) => status)).toEqual(['cancelled']);
  expect(await balanceOf(person)).toEqual({ available: 1_000, held: 0 });
  await pool.release();
});

describe('a refusal comes in the words of the protocol:', () => {
  test('no key, and one that does not work', async () => {
    const bad = new OpenAI({ baseURL: `${api.url}/v1`, apiKey: 'sk-none', maxRetries: 0 });
    const error = await errorOf(bad.images.generate({ prompt: 'a fox' }));
    expect(error).toBeInstanceOf(OpenAI.AuthenticationError);
    expect(error).toMatchObject({ status: 401, code: 'invalid_api_key', type: 'invalid_request_error' });
    expect((await fetch(`${api.url}/v1/models`)).status).toBe(401);
  });

  test('what the protocol has and the door has not', async () => {
    const { client, key } = await enter();
    const unknown = await errorOf(client.embeddings.create({ model: 'gpt-image-1', input: 'a fox' }));
    expect(unknown).toBeInstanceOf(OpenAI.NotFoundError);
    expect(unknown).toMatchObject({ status: 404, code: 'not_found', type: 'invalid_request_error' });
    expect(unknown.message).toContain('There is nothing at POST /v1/embeddings.');
    expect(unknown.message).toContain('/v1/images/generations');
    const headers = { authorization: `Bearer ${key}` };
    const answer = await fetch(`${api.url}/v1/models`, { method: 'POST', headers });
    expect([answer.status, answer.headers.get('allow'), await answer.json()]).toMatchObject([
      ...[405, 'GET, HEAD'],
      { error: { type: 'invalid_request_error', param: null } },
    ]);
    expect((await fetch(`${api.url}/v1x`, { headers })).headers.get('content-type')).toMatch(/problem\+json/);
  });

  test.each([
    ['frames', { frames: 3 }],
    ['width', { width: 256, size: '256x256' }],
    ['height', { height: 0 }],
    ['aspect_ratio', { aspect_ratio: '1:1', width: 256, height: 256 }],
    ['aspect_ratio', { aspect_ratio: 'wide' }],
    ['resolution', { resolution: '1k', size: '256x256' }],
    ['response_format', { response_format: 'base65' }],
    ['image', { image: 'data:image/png;base64,' }],
    ['meta', { meta: {} }],
    ['n', { n: 11 }],
    ['n', { n: '2' }],
    ['size', { size: '10 by 10' }],
    ['output_format', { output_format: 'svg' }],
    ['background', { background: 'transparent' }],
    ['prompt', { prompt: ' ' }],
    ['partial_images', { partial_images: 4 }],
    ['quality', { steps: 0 }],
  ])('%s is named where it is not taken: %j', async (param, values) => {
    const { person, client } = await enter();
    const body = { prompt: 'a fox', model: 'text2img', ...values } as OpenAI.ImageGenerateParamsNonStreaming;
    const error = await errorOf(client.images.generate(body));
    expect([error.status, error.type]).toEqual([400, 'invalid_request_error']);
    expect(error.param).toBe(param);
    expect(await tasksOf(person)).toEqual([]);
  });

  test('too few credits', async () => {
    const { person, client } = await enter();
    await set({ PRICE_PERCENT: 10_000 });
    const error = await errorOf(client.images.generate({ prompt: 'a fox', n: 10, quality: 'max' }));
    await set({ PRICE_PERCENT: null });
    expect(error).toMatchObject({ status: 402, code: 'insufficient_quota', type: 'insufficient_quota' });
    expect(await balanceOf(person)).toEqual({ available: 1_000, held: 0 });
    const open = (await tasksOf(person)).filter(({ status }) => status !== 'cancelled');
    expect(open).toEqual([]);
  });

  test('too many requests, with the time to wait', async () => {
    const { client } = await enter();
    await set({ TASKS_PER_DAY: 1 });
    await client.images.generate({ prompt: 'a fox', ...small });
    const error = await errorOf(client.images.generate({ prompt: 'a fox', ...small }));
    await set({ TASKS_PER_DAY: null });
    expect(error).toBeInstanceOf(OpenAI.RateLimitError);
    expect(error.code).toBe('rate_limit_exceeded');
    expect(Number(error.headers?.get('retry-after'))).toBeGreaterThan(0);
  });
});
