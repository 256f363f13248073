import { parseConfig } from '@star-graph/core/ground/config/config';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { readMetrics } from '@star-graph/core/ground/telemetry/readMetrics';
import { parseApiKey } from '@star-graph/core/people/identity/credentials/apiKeys';
import { eventually } from '@star-graph/core/testing/eventually';
import pino from 'pino';
import { beforeEach, expect, test } from 'vitest';
import { startApi } from '../../startApi.ts';
import { sendRaw } from '../../testing/calls/rawSocket.ts';
import { startTestApi } from '../../testing/servers/apiServer.ts';
import { addServiceKey } from '../../testing/servers/fixtures.ts';
import { basicOf, sdapiFixture, small } from '../testing/sdapiServer.ts';

const { api, pool, platform, enterByKey, ask, tasksOf, balanceOf, set, asAdmin } = sdapiFixture();
beforeEach(async () => {
  await pool.release();
});

const drawing = { prompt: 'a fox', ...small };
const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${api.sdapiUrl}${path}`, { headers });

test('a request without a working key is told how to authenticate, and counts for nobody', async () => {
  const { person, key } = await enterByKey();
  const wrong = `${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}`;
  const each: Record<string, string>[] = [
    {},
    { authorization: basicOf(wrong) },
    { authorization: `Bearer ${person.accessToken}` },
  ];
  for (const headers of each) {
    const answer = await get('/sdapi/v1/options', headers);
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([
      401,
      'Basic realm="star-graph"',
    ]);
    expect(await answer.json()).toMatchObject({ detail: expect.any(String), error: 'unauthenticated' });
  }
  expect((await get('/sdapi/v1/options', { authorization: `Bearer ${key}` })).status).toBe(200);
  const service = await addServiceKey(api);
  const asService = {
    authorization: basicOf(service.key),
    'star-graph-act-for': 'discord:100000000000000888',
  };
  expect((await get('/sdapi/v1/options', asService)).status).toBe(401);
});

test('a key does what its scopes allow, and one for this door nothing elsewhere', async () => {
  const reader = await enterByKey({ scopes: ['tasks:read'] });
  expect((await ask(reader, 'sd-models')).status).toBe(200);
  expect((await ask(reader, 'txt2img', drawing)).status).toBe(403);
  expect((await ask(reader, 'options', { sd_model_checkpoint: 'text2img' })).status).toBe(403);
  const writer = await enterByKey({ scopes: ['tasks:write'] });
  expect((await ask(writer, 'txt2img', drawing)).status).toBe(200);
  expect((await ask(writer, 'img2img', { ...drawing, init_images: ['AAAA'] })).status).toBe(403);
  const { person, key } = await enterByKey({ scopes: ['sdapi'] });
  expect((await ask({ key }, 'txt2img', drawing)).status).toBe(200);
  for (const path of ['/api/v1/tasks', '/api/v1/users/profile', '/v1/models'])
    expect([
      path,
      (await fetch(`${api.url}${path}`, { headers: { authorization: `Bearer ${key}` } })).status,
    ]).toEqual([path, 403]);
  expect(await tasksOf(person)).toHaveLength(1);
});

test('an address opens the door by a key that opens nothing else, until it is revoked', async () => {
  const own = await enterByKey({ scopes: ['sdapi'] });
  expect((await get(`/${own.key}/sdapi/v1/options`)).status).toBe(200);
  for (const limits of [{}, { scopes: ['sdapi', 'tasks:read'] }, { scopes: ['tasks:write'] }]) {
    const wide = await enterByKey(limits);
    const answer = await get(`/${wide.key}/sdapi/v1/sd-models`);
    expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining('Revoke it')]);
  }
  for (const path of ['/nothing/sdapi/v1/options', `/${own.key}x/sdapi/v1/options`])
    expect((await get(path)).status).toBe(401);
  expect((await get(`/${own.key}`)).status).toBe(404);
  const [, id] = own.key.split('_');
  await api.call(`/api/v1/users/api-keys/${id}`, { token: own.person.accessToken, method: 'DELETE' });
  expect((await get(`/${own.key}/sdapi/v1/options`)).status).toBe(401);
});

test('a key in an address is in no log, no metric, and no answer', async () => {
  const lines: string[] = [];
  const log = pino({ level: 'trace' }, { write: (line: string) => lines.push(line) });
  const other = await startApi(
    { clock: systemClock, log },
    parseConfig({ ...platform.env, SDAPI_PORT: '0' }),
  );
  const { key } = await enterByKey({ scopes: ['sdapi'] });
  const url = other.sdapiUrl ?? '';
  const answers: string[] = [];
  const note = async (path: string, init?: RequestInit) =>
    answers.push(await (await fetch(`${url}${path}`, init)).text());
  const json = { method: 'POST', headers: { 'content-type': 'application/json' } };
  await note(`/${key}/sdapi/v1/options`);
  await note(`/${key}/sdapi/v1/nothing-like-this`);
  await note(`/${key}/sdapi/v1/txt2img`, { ...json, body: '{' });
  await note(`/${key}/sdapi/v1/txt2img`, { ...json, body: JSON.stringify({ auth: `a:${key}`, steps: 'x' }) });
  await note(`/${key}/elsewhere`);
  answers.push(await sendRaw(url, `GET /${key}/sdapi/v1/options HTTP/1.1\r\nBad Header\r\n\r\n`));
  await other.stop();
  const written = [...lines, ...answers, (await readMetrics('text')).text].join('\n');
  expect(written).toContain('/sdapi/v1/options');
  expect(written).not.toContain(parseApiKey(key)?.secret);
});

test('too few credits, maintenance, and a blocked person are told in words', async () => {
  const [poor, person] = [await enterByKey(), await enterByKey()];
  await set({ PRICE_PERCENT: 10_000 });
  const refused = await ask(poor, 'txt2img', { prompt: 'a fox', batch_size: 8, steps: 60 });
  await set({ PRICE_PERCENT: null });
  expect([refused.status, refused.body.detail]).toEqual([402, expect.stringMatching(/credits/)]);

  const message = { en: 'Back at noon.', 'zh-CN': '中午恢复。' };
  await set({ MAINTENANCE: { message, retryAfterSeconds: 60 } });
  const closed = await ask(person, 'txt2img', drawing);
  expect([closed.status, closed.body.detail]).toEqual([503, expect.stringContaining('Back at noon.')]);
  await set({ MAINTENANCE: null });

  const { id } = person.person.user;
  const blocked = await asAdmin(`users/${id}`, { disabled: true }, 'PATCH');
  expect(blocked.status).toBe(200);
  await eventually(async () => expect((await ask(person, 'sd-models')).status).toBe(401));
  // What was taken before one of several was refused is given back.
  for (const task of await tasksOf(poor.person))
    expect(task).toMatchObject({ status: 'cancelled', charged: 0 });
  expect(await balanceOf(poor.person)).toEqual({ available: 1_000, held: 0 });
});

test('a process that stops answers those who wait, and charges nothing', async () => {
  await pool.hold();
  const other = await startTestApi(platform, { SIGN_UP_GRANT: '1000', SDAPI_PORT: '0' });
  const { person, key } = await enterByKey();
  const waiting = fetch(`${other.sdapiUrl}/sdapi/v1/txt2img`, {
    method: 'POST',
    headers: { authorization: basicOf(key), 'content-type': 'application/json' },
    body: JSON.stringify(drawing),
  });
  await eventually(async () => expect(await tasksOf(person)).toHaveLength(1));
  await other.stop();
  expect((await waiting).status).toBe(503);
  expect((await tasksOf(person)).map(({ status }) => status)).toEqual(['cancelled']);
  expect(await balanceOf(person)).toEqual({ available: 1_000, held: 0 });
});

test('without a port there is no door', async () => {
  await using other = await startTestApi(platform);
  expect(other.sdapiUrl).toBe('');
  const { key } = await enterByKey();
  const answer = await fetch(`${other.url}/sdapi/v1/options`, { headers: { authorization: basicOf(key) } });
  expect(answer.status).toBe(404);
  const doorsOf = async ({ call }: typeof api) => (await call('/api/public/status')).body.doors;
  expect(await doorsOf(other)).toEqual({ sdapi: false, graph: 'off' });
  expect(await doorsOf(api)).toEqual({ sdapi: true, graph: 'off' });
});
