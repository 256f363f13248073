import { eventually } from '@star-graph/core/testing/eventually';
import OpenAI from 'openai';
import { beforeAll, expect, test } from 'vitest';
import { startTestApi } from '../../testing/servers/apiServer.ts';
import { addServiceKey } from '../../testing/servers/fixtures.ts';
import { errorOf, openAiFixture, small } from '../testing/openAiServer.ts';

const { api, pool, platform, enter, balanceOf, tasksOf } = openAiFixture();
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
  const other = await startTestApi(platform, { SIGN_UP_GRANT: '1000' });
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
