import { createHash, createHmac, randomUUID } from 'node:crypto';
import { createClient } from '@star-graph/client/client';
import { createSigningCredentials } from '@star-graph/client/signingCredentials';
import { ApiKey } from '@star-graph/core/ground/db/models/session';
import { hashSecret } from '@star-graph/core/ground/encryption/secrets';
import { newId } from '@star-graph/core/ground/runtime/ids';
import { createTwoColours } from '@star-graph/core/testing/pictures';
import { createTcpProxy } from '@star-graph/core/testing/services/tcpProxy';
import { beforeAll, expect, test } from 'vitest';
import { newSnowflake } from '../testing/calls/discord.ts';
import { connectStomp } from '../testing/calls/stompClient.ts';
import { codeOf, startTestApi } from '../testing/servers/apiServer.ts';
import { apiFixture, platformFixture } from '../testing/servers/fixtures.ts';

const platform = platformFixture();
const api = apiFixture(platform);

const preferences = '/api/v1/users/preferences';
const nowSeconds = () => Math.floor(Date.now() / 1_000);
const digestOf = (body: string | Buffer) => `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;

let service: { id: string; key: string; signed?: true };
beforeAll(async () => {
  service = await makeKey();
});
async function makeKey() {
  const token = await api.signInAsAdmin();
  const made = await api.call('/api/admin/service-keys', { token, body: { name: 'bot', signed: true } });
  expect([made.status, made.body.signed]).toEqual([201, true]);
  return made.body;
}

interface Signable {
  method: string;
  path: string;
  actFor: string;
  place: string;
  body: string | Buffer;
  timestamp: number;
  nonce: string;
}

/** As a program that knows only the page on service keys signs. */
function sign(changes: Partial<Signable> = {}, key = service) {
  const parts: Signable = {
    method: 'PATCH',
    path: preferences,
    actFor: `discord:${newSnowflake()}`,
    place: '',
    body: JSON.stringify({ negativePrompt: 'signed' }),
    timestamp: nowSeconds(),
    nonce: randomUUID(),
    ...changes,
  };
  const { method, path, timestamp, nonce, actFor, place, body } = parts;
  const digest = body === '' ? '' : digestOf(body);
  const text = ['Star-Graph-HMAC', method, path, timestamp, nonce, actFor, place, digest].join('\n');
  const signature = createHmac('sha256', key.key).update(text).digest('hex');
  const headers: Record<string, string> = {
    authorization: `Star-Graph-HMAC ${key.id}.${timestamp}.${nonce}.${signature}`,
    'star-graph-act-for': actFor,
    ...(place === '' ? {} : { 'star-graph-place': place }),
    ...(digest === '' ? {} : { 'content-digest': digest }),
  };
  return { path, method, headers, ...(body === '' ? {} : { body }), actFor };
}

type Signed = ReturnType<typeof sign>;
const send = ({ path, actFor: _, ...call }: Signed, through = api) => through.call(path, call);
const readPreferences = async (actFor: string) =>
  (await send(sign({ method: 'GET', path: preferences, actFor, body: '' }))).body;

test('a signed request acts for its person, and its replay is refused', async () => {
  const signed = sign();
  expect(await send(signed)).toMatchObject({ status: 200, body: { negativePrompt: 'signed' } });
  await send(sign({ actFor: signed.actFor, body: JSON.stringify({ negativePrompt: 'later' }) }));
  const replayed = await send(signed);
  expect([replayed.status, codeOf(replayed)]).toEqual([401, 'unauthenticated']);
  expect(replayed.body.detail).toContain('was used');
  expect(await readPreferences(signed.actFor)).toMatchObject({ negativePrompt: 'later' });
});

test('of simultaneous copies of a signed request one is accepted', async () => {
  const signed = sign({ method: 'POST', path: '/api/v1/users/link-codes', body: '' });
  const answers = await Promise.all(Array.from({ length: 8 }, () => send(signed)));
  expect(answers.map(({ status }) => status).toSorted()).toEqual([201, ...Array(7).fill(401)]);
});

const other = `discord:${newSnowflake()}`;
test.each<{ what: string; from?: Partial<Signable>; change: (signed: Signed) => Signed }>([
  { what: 'body', change: (it) => ({ ...it, body: JSON.stringify({ negativePrompt: 'forged' }) }) },
  {
    what: 'body with its digest',
    change: ({ headers, ...it }) => {
      const body = JSON.stringify({ negativePrompt: 'forged' });
      return { ...it, body, headers: { ...headers, 'content-digest': digestOf(body) } };
    },
  },
  { what: 'path', change: (it) => ({ ...it, path: '/api/v1/users/profile' }) },
  { what: 'query', change: (it) => ({ ...it, path: `${it.path}?a=b` }) },
  {
    what: 'method',
    // Read without a body, and so deleted.
    from: { method: 'GET', path: `/api/v1/assets/${newId()}`, body: '' },
    change: (it) => ({ ...it, method: 'DELETE' }),
  },
  {
    what: 'person',
    change: (it) => ({ ...it, actFor: other, headers: { ...it.headers, 'star-graph-act-for': other } }),
  },
  {
    what: 'place',
    change: (it) => ({ ...it, headers: { ...it.headers, 'star-graph-place': 'discord:100000000000000001' } }),
  },
  {
    what: 'nonce',
    change: (it) => ({
      ...it,
      headers: {
        ...it.headers,
        authorization: (it.headers.authorization ?? '').replace(/[0-9a-f-]{36}/, randomUUID()),
      },
    }),
  },
  {
    what: 'time',
    change: (it) => ({
      ...it,
      headers: {
        ...it.headers,
        authorization: (it.headers.authorization ?? '').replace(
          /\.\d+\./,
          (s) => `.${Number(s.slice(1, -1)) + 1}.`,
        ),
      },
    }),
  },
])('a signed request with another $what is refused and changes nothing', async ({ from, change }) => {
  const signed = sign(from);
  const before = await readPreferences(signed.actFor);
  const changed = change(signed);
  const refused = await send(changed);
  expect([refused.status, codeOf(refused)]).toEqual([401, 'unauthenticated']);
  expect(await readPreferences(changed.actFor)).toEqual(before);
});

test('a signature of more than five minutes ago or ahead is refused', async () => {
  for (const awaySeconds of [-400, 400]) {
    const refused = await send(sign({ timestamp: nowSeconds() + awaySeconds }));
    expect([refused.status, refused.body.detail]).toEqual([401, expect.stringContaining('five minutes')]);
  }
  for (const awaySeconds of [-200, 200])
    expect((await send(sign({ timestamp: nowSeconds() + awaySeconds }))).status).toBe(200);
});

test('a nonce is remembered for as long as its signature could be accepted', async () => {
  const nonce = randomUUID();
  expect((await send(sign({ nonce, timestamp: nowSeconds() + 200 }))).status).toBe(200);
  const [key = ''] = await platform.redis.redis.keys(`*${nonce}`);
  expect(await platform.redis.redis.ttl(key)).toBeGreaterThan(600);
});

test('a key that signs is taken as Bearer nowhere', async () => {
  const signed = sign();
  expect((await send(signed)).status).toBe(200);
  expect((await send(signed)).status).toBe(401);
  const person = { 'star-graph-act-for': signed.actFor };
  const event = '/api/v1/tasks/01900000-0000-7000-8000-000000000000/events';
  for (const path of [preferences, preferences, event, '/api/v1/guilds/100000000000000001/policy']) {
    const refused = await api.call(path, { token: service.key, headers: person });
    expect([path, refused.status, refused.body.detail]).toEqual([
      path,
      401,
      expect.stringContaining('never sent itself'),
    ]);
  }
  await expect(connectStomp(`${api.url.replace('http', 'ws')}/ws`, service.key)).rejects.toThrow(
    'never sent itself',
  );
});

test('the database and Redis keep no secret of a key that signs', async () => {
  expect((await send(sign())).status).toBe(200);
  const row = await ApiKey.query(platform.db.database).findById(service.id).throwIfNotFound();
  const secret = service.key.slice('sgs_12345678_'.length);
  expect(row.signingSecret).toMatch(/^v1\.test\./);
  expect(row.secretHash).not.toBe(hashSecret(secret));
  expect(row.secretHash).not.toBe(hashSecret(service.key));
  const [entry = ''] = await platform.redis.redis.keys(`*key:${service.id}`);
  const cached = await platform.redis.redis.get(entry);
  expect(JSON.stringify([row, cached])).not.toContain(secret);
});

test('a key that was revoked, or does not sign, signs nothing', async () => {
  const [revoked, token] = [await makeKey(), await api.signInAsAdmin()];
  expect((await send(sign({}, revoked))).status).toBe(200);
  await api.call(`/api/admin/service-keys/${revoked.id}`, { token, method: 'DELETE' });
  expect((await send(sign({}, revoked))).status).toBe(401);
  const plain = (await api.call('/api/admin/service-keys', { token, body: { name: 'plain' } })).body;
  expect((await send(sign({}, plain))).status).toBe(401);
  expect((await send(sign({}, { id: 'aaaaaaaa', key: service.key }))).status).toBe(401);
});

test('without Redis a signed request is refused as unavailable, never accepted', async () => {
  await using redis = await createTcpProxy(platform.redis.url);
  await using apart = await startTestApi(platform, { REDIS_URL: redis.url });
  const signed = sign();
  await redis.cut();
  const refused = await send(signed, apart);
  expect([refused.status, codeOf(refused)]).toEqual([503, 'unavailable']);
  expect(refused.body.detail).toContain('replays');
  await redis.restore();
  await expect.poll(async () => (await send(sign(), apart)).status).toBe(200);
});

test('an upload is kept only if its body is what was signed', async () => {
  const png = await createTwoColours(64, 48).png().toBuffer();
  const form = (last: string) =>
    Buffer.concat([
      Buffer.from('--b\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'),
      png,
      Buffer.from(`${last}\r\n--b--\r\n`),
    ]);
  const actFor = `discord:${newSnowflake()}`;
  const upload = async (signedBody: Buffer, body: Buffer) => {
    const { headers } = sign({ method: 'POST', path: '/api/v1/assets', actFor, body: signedBody });
    const response = await fetch(`${api.url}/api/v1/assets`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'multipart/form-data; boundary=b' },
      body: new Uint8Array(body),
    });
    return { status: response.status, body: await response.json() };
  };
  const rows = () => platform.db.database('assets').count({ rows: '*' });
  const before = await rows();
  const refused = await upload(form(''), form('x'));
  expect(refused).toMatchObject({ status: 401, body: { detail: expect.stringContaining('body differs') } });
  expect(await rows()).toEqual(before);
  expect(await upload(form(''), form(''))).toMatchObject({ status: 201 });
});

test('the typed client signs requests and uploads', async () => {
  const client = createClient({
    baseUrl: api.url,
    credentials: createSigningCredentials({ apiKey: service.key, actFor: `discord:${newSnowflake()}` }),
  });
  await client.patchPreferences({ body: { negativePrompt: 'häßlich' } });
  expect(await client.getPreferences()).toMatchObject({ negativePrompt: 'häßlich' });
  expect(await client.listTasks({ query: { limit: 5 } })).toMatchObject({ items: [] });
  const png = await createTwoColours(64, 48).png().toBuffer();
  const sent: number[] = [];
  const asset = await client.uploadAsset(new Blob([new Uint8Array(png)]), {
    onProgress: (bytes) => sent.push(bytes),
  });
  expect([asset.bytes, sent]).toEqual([png.length, [png.length]]);
});
