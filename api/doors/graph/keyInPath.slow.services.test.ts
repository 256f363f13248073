import { once } from 'node:events';
import { parseConfig } from '@star-graph/core/ground/config/config';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { readMetrics } from '@star-graph/core/ground/telemetry/readMetrics';
import { parseApiKey } from '@star-graph/core/people/identity/credentials/apiKeys';
import { revokeCredentials } from '@star-graph/core/people/identity/revocations';
import { eventually } from '@star-graph/core/testing/eventually';
import { createTwoColours, openPicture } from '@star-graph/core/testing/pictures';
import pino from 'pino';
import { beforeAll, expect, test } from 'vitest';
import { startApi } from '../../startApi.ts';
import { readHead, sendRaw } from '../../testing/calls/rawSocket.ts';
import { addServiceKey } from '../../testing/servers/fixtures.ts';
import { drawing, graphFixture } from '../testing/graphFixture.ts';
import { connect } from '../testing/graphSocket.ts';

const { api, pool, platform, enter } = graphFixture();
beforeAll(async () => {
  await pool.release();
});

const get = (path: string) => fetch(`${api.graphUrl}${path}`);
// biome-ignore lint/suspicious/noExplicitAny: tests look into bodies whose shape is another program's
const readBody = async (answer: Promise<Response>): Promise<any> => (await answer).json();
const socketStatus = (key: string) =>
  connect(`${api.graphUrl}/${key}`, '', 'x', { headers: {} }).then(
    (client) => {
      client[Symbol.dispose]();
      return 'open';
    },
    (error: Error) => error.message,
  );

test('SillyTavern, which sends no key to ComfyUI, draws by an address that ends with one', async () => {
  const { key, tasks } = await enter({ scopes: ['graph'] });
  const base = `${api.graphUrl}/${key}`;
  expect((await fetch(`${base}/system_stats`)).status).toBe(200);
  const classes = await readBody(fetch(`${base}/object_info`));
  expect(classes.KSampler.input.required.sampler_name[0]).toContain('euler');
  const body = JSON.stringify({ prompt: drawing() });
  const { prompt_id: id } = await readBody(fetch(`${base}/prompt`, { method: 'POST', body }));
  const item = await eventually(async () => {
    const entry = (await readBody(fetch(`${base}/history/${id}`)))[id];
    expect(entry).toBeDefined();
    return entry;
  });
  const [{ filename, subfolder, type }] = item.outputs['9'].images;
  const picture = await fetch(`${base}/view?filename=${filename}&subfolder=${subfolder}&type=${type}`);
  const { format, width } = await openPicture(Buffer.from(await picture.arrayBuffer())).metadata();
  expect([format, width]).toEqual(['png', 64]);
  expect((await tasks()).map((task) => [task.id, task.status])).toEqual([[id, 'succeeded']]);
});

test('a key for this door alone does in it all that programs do, and nothing elsewhere', async () => {
  const { key, tasks } = await enter({ scopes: ['graph'] });
  using client = await connect(`${api.graphUrl}/${key}/api`, '', 'mine', { headers: {} });
  await client.until('status');
  const form = new FormData();
  form.set('image', new Blob([new Uint8Array(await createTwoColours(80, 64).png().toBuffer())]), 'a.png');
  const sent = fetch(`${api.graphUrl}/${key}/upload/image`, { method: 'POST', body: form });
  const { name } = await readBody(sent);
  expect((await get(`/${key}/api/view?filename=${name}`)).status).toBe(200);
  // A header is as good as an address.
  const headers = { authorization: `Bearer ${key}` };
  expect((await fetch(`${api.graphUrl}/queue`, { headers })).status).toBe(200);
  for (const path of ['/api/v1/tasks', '/api/v1/users/profile', '/v1/models'])
    expect([path, (await fetch(`${api.url}${path}`, { headers })).status]).toEqual([path, 403]);
  expect(await tasks()).toEqual([]);
});

test('an address opens the door by a key that opens nothing else, until it is revoked', async () => {
  const own = await enter({ scopes: ['graph'] });
  expect([(await get(`/${own.key}/queue`)).status, await socketStatus(own.key)]).toEqual([200, 'open']);
  const wide = [{}, { scopes: ['graph', 'tasks:read'] }, { scopes: ['tasks:read'] }, { scopes: ['sdapi'] }];
  const keys = [...(await Promise.all(wide.map(enter))), await addServiceKey(api)].map(({ key }) => key);
  for (const key of keys) {
    const answer = get(`/${key}/queue`);
    expect([(await answer).status, (await readBody(answer)).error.message]).toEqual([
      403,
      expect.stringMatching(/Revoke it, and make one with the scope graph alone/),
    ]);
    expect(await socketStatus(key)).toMatch(/403/);
    const sent = await fetch(`${api.graphUrl}/${key}/prompt`, {
      method: 'POST',
      body: JSON.stringify({ prompt: drawing() }),
    });
    expect(sent.status).toBe(403);
  }
  expect((await get(`/${own.key}x/queue`)).status).toBe(401);
  for (const path of ['/nothing/queue', `/${own.key}`, `/${own.key}/nothing`, `//${own.key}/queue`])
    expect((await get(path)).status).toBe(404);
  await api.call(`/api/v1/users/api-keys/${parseApiKey(own.key)?.id}`, {
    token: own.person.accessToken,
    method: 'DELETE',
  });
  expect([(await get(`/${own.key}/queue`)).status, await socketStatus(own.key)]).toEqual([
    401,
    expect.stringMatching(/401/),
  ]);
});

test('an open socket ends with the message that its key was revoked', async () => {
  const [own, other] = [await enter(), await enter()];
  using socket = await connect(api.graphUrl, own.key, 'mine');
  using open = await connect(api.graphUrl, other.key, 'others');
  const closed = once(socket.socket, 'close');
  // The message alone: the key itself would pass every check that follows.
  const told = { redis: platform.redis.redis, prefix: platform.redis.prefix, log: pino({ level: 'silent' }) };
  await revokeCredentials(told, [{ kind: 'key', id: parseApiKey(own.key)?.id ?? '' }]);
  expect(await closed).toEqual([1008, Buffer.from('This key does not work any more.')]);
  expect(open.socket.readyState).toBe(open.socket.OPEN);
});

test('a key in an address is in no log, no metric, and no answer', async () => {
  const lines: string[] = [];
  const log = pino({ level: 'trace' }, { write: (line: string) => lines.push(line) });
  const other = await startApi(
    { clock: systemClock, log },
    parseConfig({ ...platform.env, GRAPH_PORT: '0', GRAPH_DOOR: 'user' }),
  );
  const [{ key }, wide] = [await enter({ scopes: ['graph'] }), await enter()];
  const url = other.graphUrl ?? '';
  const answers: string[] = [];
  for (const one of [key, wide.key]) {
    for (const path of [`/${one}/queue`, `/${one}/api/features`, `/${one}/elsewhere`, `//${one}/queue`])
      answers.push(await (await fetch(`${url}${path}`)).text());
    const sent = { method: 'POST', body: '{}' };
    answers.push(await (await fetch(`${url}/${one}`, sent)).text());
    answers.push(await (await fetch(`${url}/${one}/prompt`, { method: 'POST', body: '{' })).text());
    answers.push(await sendRaw(url, `GET /${one}/queue HTTP/1.1\r\nBad Header\r\n\r\n`));
    const upgrade =
      'Host: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13';
    answers.push(await sendRaw(url, `GET /${one}/elsewhere HTTP/1.1\r\n${upgrade}\r\n\r\n`));
  }
  await other.stop();
  const written = [...lines, ...answers, (await readMetrics('text')).text].join('\n');
  expect(written).toContain('/features');
  for (const one of [key, wide.key]) expect(written).not.toContain(parseApiKey(one)?.secret);
});

test("ComfyUI's own example script follows its graph, though websocket-client names an origin", async () => {
  const { key } = await enter({ scopes: ['graph'] });
  const { host } = new URL(api.graphUrl);
  /** To the byte, as websocket-client 1.8 asks. */
  const ask = (origin: string, more: readonly string[] = []) =>
    `GET /${key}/ws?clientId=mine HTTP/1.1\r\nUpgrade: websocket\r\nHost: ${host}\r\nOrigin: ${origin}\r\nSec-WebSocket-Key: 4nQ4S1pZPe2pL3wY8fG0Vw==\r\nSec-WebSocket-Version: 13\r\nConnection: Upgrade\r\n${more.map((line) => `${line}\r\n`).join('')}\r\n`;
  const statusOf = async (request: string) => (await readHead(api.graphUrl, request)).slice(9, 12);
  expect(await statusOf(ask(`http://${host}`))).toBe('101');
  for (const other of ['https://elsewhere.example', `https://${host}`, 'http://127.0.0.1:1', 'null', ''])
    expect([other, await statusOf(ask(other))]).toEqual([other, '403']);
  // Only a trusted proxy is believed what its client speaks.
  const proxied = ask(`https://${host}`, ['X-Forwarded-Proto: https']);
  expect(await statusOf(proxied)).toBe('403');
  const env = { ...platform.env, GRAPH_PORT: '0', GRAPH_DOOR: 'user', TRUSTED_PROXIES: '127.0.0.1' };
  const behind = await startApi({ clock: systemClock, log: pino({ level: 'silent' }) }, parseConfig(env));
  expect((await readHead(behind.graphUrl ?? '', proxied)).slice(9, 12)).toBe('101');
  await behind.stop();
});
