import { drawing, graphFixture } from '@star-graph/api/doors/testing/graphFixture';
import { connect } from '@star-graph/api/doors/testing/graphSocket';
import { basicOf, readPicture, small } from '@star-graph/api/doors/testing/sdapiServer';
import { startTestApi, type TestApi } from '@star-graph/api/testing/servers/apiServer';
import { fixture } from '@star-graph/api/testing/servers/fixtures';
import { openPostedInteractions } from '@star-graph/bot/interaction/postedInteractions';
import { publicKeyOf, sign } from '@star-graph/bot/testing/discord/posts';
import { createKeys } from '@star-graph/bot/testing/discord/state';
import { parseApiKey } from '@star-graph/core/people/identity/credentials/apiKeys';
import { eventually } from '@star-graph/core/testing/eventually';
import { testAuthority } from '@star-graph/core/testing/services/certificates';
import { beforeAll, describe, expect, test } from 'vitest';
import { call, type HttpsCall, shakeHands } from './calls.ts';
import { hasNginx, type Nginx, startNginx } from './nginx.ts';

const env = { SDAPI_PORT: '0', GRAPH_PORT: '0', GRAPH_DOOR: 'user', TRUSTED_PROXIES: '127.0.0.1' };
const mebibyte = 1024 * 1024;
const portOf = (url: string): number => Number(new URL(url).port);
const secretOf = (key: string): string => parseApiKey(key)?.secret ?? key;

describe.skipIf(!hasNginx)('nginx before the doors with ports of their own', () => {
  const { api, platform, pool, enter } = graphFixture({ env });
  const second: TestApi = fixture(() => startTestApi(platform, { SIGN_UP_GRANT: '1000', ...env }));
  const nginx: Nginx = fixture(() => {
    const of = (url: (one: TestApi) => string) => [portOf(url(api)), portOf(url(second))];
    const doors = { sdapi: of((one) => one.sdapiUrl), graph: of((one) => one.graphUrl) };
    return startNginx({ apis: of((one) => one.url), doors });
  });
  beforeAll(async () => {
    await pool.release();
  });

  const sdapi = (path: string, options?: HttpsCall) => call(`${nginx.doorUrls.sdapi}${path}`, options);
  const graph = (path: string, options?: HttpsCall) => call(`${nginx.doorUrls.graph}${path}`, options);
  /** A key of a new person. */
  async function makeKey(limits: object): Promise<string> {
    const { accessToken: token } = await api.signUp();
    const body = { name: 'client', ...limits };
    return (await api.call('/api/v1/users/api-keys', { token, body })).body.key;
  }

  test('a graph is drawn over a secure socket, all by one process', async () => {
    const { key } = await enter();
    const before = (await nginx.readRequests()).length;
    using client = await connect(nginx.doorUrls.graph ?? '', key, 'mine', {
      ca: testAuthority,
      family: 4,
      headers: { authorization: `Bearer ${key}` },
    });
    const sent = await graph('/prompt', { token: key, body: { prompt: drawing(), client_id: 'mine' } });
    const id = sent.json().prompt_id;
    await client.until('executing', ({ node }) => node === null);
    for (const path of ['/queue', '/api/prompt', '/features', '/history'])
      expect((await graph(path, { token: key })).status).toBe(200);
    const entry = (await graph(`/history/${id}`, { token: key })).json()[id];
    const [image] = entry.outputs['9'].images;
    const picture = await graph(`/view?filename=${image.filename}`, { token: key });
    expect([picture.status, picture.headers['content-type']]).toEqual([200, 'image/png']);
    // A socket is logged when it ends.
    client.socket.terminate();
    const requests = await eventually(async () => {
      const news = (await nginx.readRequests()).slice(before);
      expect(news.map(({ path }) => path)).toEqual(expect.arrayContaining(['/ws', '/view']));
      return news;
    });
    expect(new Set(requests.map(({ api: process }) => process)).size).toBe(1);
  });

  test('a graph is drawn by a key in the address, all by one process, and no log has the key', async () => {
    const { key } = await enter({ scopes: ['graph'] });
    const before = (await nginx.readRequests()).length;
    const base = `${nginx.doorUrls.graph}/${key}`;
    const options = { ca: testAuthority, family: 4, headers: {} };
    using client = await connect(base, key, 'mine', options);
    using other = await connect(`${base}/api`, key, 'mine', options);
    const sent = await call(`${base}/api/prompt`, {
      body: { prompt: drawing({ seed: 7 }), client_id: 'mine' },
    });
    const id = sent.json().prompt_id;
    await client.until('executing', ({ node }) => node === null);
    const entry = (await call(`${base}/history/${id}`)).json()[id];
    const [{ filename }] = entry.outputs['9'].images;
    expect((await call(`${base}/view?filename=${filename}`)).headers['content-type']).toBe('image/png');
    for (const path of ['/queue', '/object_info/KSampler', '/features'])
      expect((await call(`${base}${path}`)).status).toBe(200);
    const wide = (await enter()).key;
    const refused = await call(`${nginx.doorUrls.graph}/${wide}/queue`);
    expect([refused.status, refused.json().error.message]).toEqual([403, expect.stringMatching(/Revoke it/)]);
    const large = { method: 'POST', headers: { 'content-length': String(4 * mebibyte + 1) } };
    expect((await call(`${base}/prompt`, large)).status).toBe(413);
    expect((await call(`${base}/upload/image`, large)).status).toBe(422);
    const picture = { method: 'PUT', body: Buffer.alloc(4 * mebibyte + 1) };
    expect((await call(`${base}/api/etn/image/00000000`, picture)).status).toBe(415);
    client.socket.terminate();
    other.socket.terminate();
    const requests = await eventually(async () => {
      const news = (await nginx.readRequests()).slice(before);
      const paths = ['/ws', '/api/ws', '/api/prompt', '/history', '/view', '/upload'];
      expect(news.map(({ path }) => path)).toEqual(expect.arrayContaining(paths));
      return news;
    });
    const own = requests.filter(({ status }) => status < 400);
    expect(new Set(own.map(({ api: process }) => process)).size).toBe(1);
    await using lonely = await startNginx({ apis: [1], doors: { graph: [1] } });
    const paths = [
      ...[`/${key}`, `/${key}/`, `/${key}/queue?a=${key}`, `/${key}/view/${key}`, `/${key}/prompt-${key}`],
      ...[`/${key}/elsewhere`, `//${key}/queue`, `/queue/${key}`, `/${key}/queue?${'a'.repeat(9_000)}`],
    ];
    for (const path of paths)
      for (const url of [nginx.doorUrls.graph, lonely.doorUrls.graph, nginx.url, lonely.url])
        expect((await call(`${url}${path}`)).bytes.toString()).not.toContain(secretOf(key));
    const written = (await nginx.readLogs()) + (await lonely.readLogs());
    for (const one of [key, wide]) expect(written).not.toContain(secretOf(one));
  });

  test('a program with its key in the address draws, and no log has the key', async () => {
    const key = await makeKey({ scopes: ['sdapi'] });
    const drawn = await sdapi(`/${key}/sdapi/v1/txt2img`, { body: { prompt: 'a fox', ...small } });
    expect(await readPicture(drawn.json().images[0])).toMatchObject({ format: 'png' });
    await using lonely = await startNginx({ apis: [1], doors: { sdapi: [1] } });
    const paths = [
      `/${key}`,
      `/${key}/`,
      `/${key}/sdapi/v1/options?a=${key}`,
      `/${key}/sdapi/v1/${key}`,
      `/${key}/elsewhere`,
      `//${key}/sdapi/v1/options`,
      `/sdapi/v1/options/${key}`,
      `/${key}/sdapi/v1/${'a'.repeat(9_000)}`,
    ];
    for (const path of paths) {
      const answers = [await sdapi(path), await call(`${lonely.doorUrls.sdapi}${path}`)];
      // A program with the right key and the wrong port.
      answers.push(await call(`${nginx.url}${path}`), await call(`${lonely.url}${path}`));
      for (const { bytes } of answers) expect(bytes.toString()).not.toContain(secretOf(key));
    }
    // nginx writes its lines once the answers are sent.
    await eventually(async () => {
      const logged = (await nginx.readRequests()).map(({ path }) => path);
      expect(logged).toEqual(expect.arrayContaining(['/sdapi/v1/txt2img', '/sdapi/v1/options', '']));
    });
    const written = (await nginx.readLogs()) + (await lonely.readLogs());
    expect(written).not.toContain(secretOf(key));
  });

  test('a door knows who comes by the address of the connection alone', async () => {
    const key = await makeKey({ networks: ['127.0.0.5'] });
    const headers = { 'x-forwarded-for': '127.0.0.5', forwarded: 'for=127.0.0.5', 'x-real-ip': '127.0.0.5' };
    const ask = async (from: string) => [
      (await sdapi('/sdapi/v1/options', { from, headers: { ...headers, authorization: basicOf(key) } }))
        .status,
      (await graph('/queue', { from, headers, token: key })).status,
    ];
    expect(await ask('127.0.0.5')).toEqual([200, 200]);
    expect(await ask('127.0.0.6')).toEqual([403, 403]);
  });

  test('bodies as large as a door takes reach it, larger ones end at nginx', async () => {
    const key = await makeKey({});
    const announce = (door: typeof sdapi, path: string, bytes: number) =>
      door(path, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: basicOf(key),
          'content-length': String(bytes),
        },
      });
    const sent = await announce(sdapi, '/sdapi/v1/img2img', 20 * mebibyte + 1);
    expect([sent.status, sent.json()]).toEqual([
      413,
      expect.objectContaining({ error: 'too-large', detail: expect.stringMatching(/taken here/) }),
    ]);
    for (const [path, limit] of [
      ['/prompt', 4 * mebibyte],
      ['/api/prompt', 4 * mebibyte],
      ['/upload/image', 51 * mebibyte],
      ['/api/upload/mask', 51 * mebibyte],
    ] as const) {
      const refused = await announce(graph, path, limit + 1);
      expect([path, refused.status, refused.json()]).toEqual([
        ...[path, 413],
        expect.objectContaining({
          error: expect.objectContaining({ type: 'too-large', message: expect.stringMatching(/taken here/) }),
        }),
      ]);
    }
    const own = { authorization: basicOf(key), 'content-type': 'application/json' };
    const full = (bytes: number) => Buffer.from(JSON.stringify({ prompt: 'a'.repeat(bytes) }));
    const large = await sdapi('/sdapi/v1/img2img', { headers: own, body: full(20_000_000) });
    expect([large.status, large.json().detail]).toEqual([413, expect.stringContaining('20000000 bytes')]);
    const wide = await graph('/prompt', { headers: own, body: full(4_000_000) });
    expect([wide.status, wide.json().error.message]).toEqual([413, expect.stringContaining('4000000 bytes')]);
  });

  test('a door whose processes have gone answers in the form of its programs', async () => {
    await using lonely = await startNginx({ apis: [1], doors: { sdapi: [1, 2], graph: [1, 2] } });
    const first = await call(`${lonely.doorUrls.sdapi}/sdapi/v1/options`);
    const detail = expect.stringContaining('Try again');
    expect([first.status, first.headers['retry-after'], first.json()]).toEqual([
      ...[503, '5'],
      { error: 'unavailable', detail, body: '', errors: detail },
    ]);
    const other = await call(`${lonely.doorUrls.graph}/queue`);
    const error = { type: 'unavailable', message: detail, details: '', extra_info: {} };
    expect([other.status, other.json()]).toEqual([503, { error, node_errors: {} }]);
  });

  test('what Discord posts reaches the process that has the shard, once, and nothing else is there', async () => {
    const keys = createKeys();
    const taken: string[] = [];
    const open = (shard: string) =>
      openPostedInteractions(
        {
          clock: { now: () => new Date() },
          publicKey: publicKeyOf({ keys }),
          isOurs: (guildId) => guildId === shard,
          take: ({ id }) => taken.push(`${shard} ${id}`),
        },
        { port: 0, host: '127.0.0.1' },
      );
    const bots = [await open('1'), await open('2')];
    await using behind = await startNginx({
      apis: [1],
      doors: { discord: [1, ...bots.map(({ url }) => portOf(url))] },
    });
    const ids = ['10', '20', '11', '21', '12', '22'];
    for (const id of ids) {
      const payload = { id, type: 2, token: 'token', guild_id: id.charAt(0) };
      const { body, headers } = sign({ keys, nowMs: Date.now }, { payload });
      const url = `${behind.doorUrls.discord}/discord/interactions`;
      const sent = await call(url, { headers, body: Buffer.from(body) });
      expect(sent.status).toBe(202);
    }
    expect(taken.toSorted()).toEqual(ids.map((id) => `${id.charAt(0)} ${id}`).toSorted());
    expect((await call(`${behind.doorUrls.discord}/metrics`)).status).toBe(404);
    await Promise.all(bots.map((bot) => bot.close()));
  });

  test('doors speak TLS 1.3 alone, and are nowhere but at their ports', async () => {
    for (const url of Object.values(nginx.doorUrls)) {
      expect(await shakeHands(url, { servername: 'localhost' })).toBe('TLSv1.3');
      const old = shakeHands(url, { servername: 'localhost', maxVersion: 'TLSv1.2' });
      await expect(old).rejects.toMatchObject({ code: expect.stringContaining('PROTOCOL_VERSION') });
    }
    const key = await makeKey({});
    const ask = async (path: string) => (await call(`${nginx.url}${path}`, { token: key })).status;
    for (const path of ['/sdapi/v1/options', '/object_info', '/api/queue', '/api/ws'])
      expect([path, await ask(path)]).toEqual([path, 404]);
    expect((await sdapi('/queue', { token: key })).status).toBe(404);
    expect((await graph('/sdapi/v1/options', { token: key })).status).toBe(404);
  });
});
