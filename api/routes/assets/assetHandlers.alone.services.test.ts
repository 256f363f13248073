import { randomBytes } from 'node:crypto';
import { Agent, get, request } from 'node:http';
import { createClockFromNoon } from '@star-graph/core/testing/manualClock';
import { createFrames, createPngClaiming, createTwoColours } from '@star-graph/core/testing/pictures';
import { beforeAll, expect, test } from 'vitest';
import { type Answer, codeOf } from '../../testing/servers/apiServer.ts';
import { apiFixture, platformFixture } from '../../testing/servers/fixtures.ts';

const platform = platformFixture({ hasBackend: true });
// Uploads are counted by days.
const clock = createClockFromNoon();
const api = apiFixture(platform, {}, { clock });
let png: Buffer;
beforeAll(async () => {
  png = await createTwoColours(64, 48).png().toBuffer();
});

const formOf = (bytes: Buffer, name = 'file', type = 'image/png') => {
  const form = new FormData();
  form.append(name, new Blob([new Uint8Array(bytes)], { type }), 'photo.png');
  return form;
};
const upload = (token: string, bytes: Buffer) => api.call('/api/v1/assets', { token, body: formOf(bytes) });

test('an upload is served unchanged: whole, in parts, or as known', async () => {
  const { accessToken: token } = await api.signUp();
  const answer = await upload(token, png);
  expect(answer.status).toBe(201);
  expect(answer.body).toMatchObject({
    kind: 'input',
    mime: 'image/png',
    width: 64,
    height: 48,
    bytes: png.length,
  });
  expect(answer.headers.get('location')).toMatch(new RegExp(`/api/v1/assets/${answer.body.id}$`));
  const link = linkOf(answer);
  const whole = await api.call(link);
  expect([whole.status, whole.body.equals(png)]).toEqual([200, true]);
  expect(whole.headers.get('content-security-policy')).toContain('sandbox');
  expect(whole.headers.get('x-content-type-options')).toBe('nosniff');
  const part = await api.call(link, { headers: { range: 'bytes=1-3' } });
  expect([part.status, part.body.toString()]).toEqual([206, 'PNG']);
  expect(part.headers.get('content-range')).toBe(`bytes 1-3/${png.length}`);
  const beyond = await api.call(link, { headers: { range: `bytes=${png.length}-` } });
  expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, `bytes */${png.length}`]);
  const known = await api.call(link, { headers: { 'if-none-match': whole.headers.get('etag') ?? '' } });
  expect(known.status).toBe(304);
  const head = await api.call(link, { method: 'HEAD' });
  expect([head.status, head.headers.get('content-length')]).toEqual([200, String(png.length)]);
  const forged = link.replace(/signature=(.)/, (_, first) => `signature=${first === 'A' ? 'B' : 'A'}`);
  expect((await api.call(forged)).status).toBe(403);
  expect((await api.call(link.split('?')[0] ?? '')).status).toBe(403);
  const thumbnail = await api.call(
    new URL(answer.body.thumbnailUrl).pathname + new URL(answer.body.thumbnailUrl).search,
  );
  expect([thumbnail.status, thumbnail.headers.get('content-type')]).toEqual([200, 'image/webp']);
});

const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');
test.each([
  ['no picture', () => Buffer.from('hello'), 415, 'unsupported-media'],
  ['SVG that poses as PNG', () => svg, 415, 'unsupported-media'],
  [
    'HTML that poses as PNG',
    () => Buffer.from('<!doctype html><script>1</script>'),
    415,
    'unsupported-media',
  ],
  ['a picture cut off', () => png.subarray(0, png.length - 30), 415, 'unsupported-media'],
  ['zero bytes', () => Buffer.alloc(0), 422, 'invalid-params'],
  ['a decompression bomb', () => createPngClaiming(30_000, 30_000), 413, 'too-large'],
])('an upload of %s is refused and nothing is kept', async (_name, bytes, status, code) => {
  const { accessToken: token, user } = await api.signUp();
  const answer = await upload(token, bytes());
  expect([answer.status, codeOf(answer)]).toEqual([status, code]);
  const rows = await platform.db.database('assets').where({ userId: user.id });
  expect(rows).toEqual([]);
});

test('an animation reports its length and rate, a still picture neither', async () => {
  const { accessToken: token } = await api.signUp();
  const animation = await (await createFrames()).webp({ delay: [100, 100, 130] }).toBuffer();
  expect((await upload(token, animation)).body).toMatchObject({ durationMs: 330, fps: 9.09 });
  const { body: still } = await upload(token, png);
  expect([still.durationMs, still.fps]).toEqual([undefined, undefined]);
});

test('a malformed upload is refused: other field, second file, other body', async () => {
  const { accessToken: token } = await api.signUp();
  const two = formOf(png);
  two.append('file', new Blob(['x']), 'second.png');
  const answers = [
    await api.call('/api/v1/assets', { token, body: formOf(png, 'picture') }),
    await api.call('/api/v1/assets', { token, body: two }),
    await api.call('/api/v1/assets', { token, body: new FormData() }),
    await api.call('/api/v1/assets', { token, body: { file: 'x' } }),
    await api.call('/api/v1/assets', {
      token,
      body: 'no boundary',
      headers: { 'content-type': 'multipart/form-data' },
    }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([422, 422, 422, 415, 422]);
});

test('an upload that is sent again under its key is the one that it was, twins at once too', async () => {
  const [mine, stranger] = [await api.signUp(), await api.signUp()];
  const day = () => platform.db.database('person_days').where({ userId: mine.user.id }).first('keptBytes');
  const send = (key: string, bytes: Buffer, token = mine.accessToken, query = '') =>
    api.call(`/api/v1/assets${query}`, { token, body: formOf(bytes), headers: { 'idempotency-key': key } });
  const first = await send('once', png);
  // The day's last file has been counted: asking for it again costs none of the day.
  await platform.db
    .database('person_days')
    .where({ userId: mine.user.id })
    .update({ keptBytes: 1_000_000_000_000 });
  const again = await send('once', png);
  expect([first.status, again.status]).toEqual([201, 200]);
  expect(again.body.id).toBe(first.body.id);
  expect(codeOf(await send('other', png))).toBe('daily-limit');
  await platform.db.database('person_days').where({ userId: mine.user.id }).update({ keptBytes: 0 });

  const another = await createTwoColours(32, 32).png().toBuffer();
  const others = [await send('once', another), await send('once', png, mine.accessToken, '?purpose=mask')];
  for (const refused of others)
    expect([refused.status, codeOf(refused)]).toEqual([409, 'idempotency-conflict']);
  expect(await day()).toEqual({ keptBytes: 0 });
  // A key is its person's.
  expect((await send('once', png, stranger.accessToken)).status).toBe(201);

  const twins = await Promise.all([1, 2, 3].map(() => send('twin', another)));
  expect(twins.map(({ status }) => status).sort()).toEqual([200, 200, 201]);
  expect(new Set(twins.map(({ body }) => body.id)).size).toBe(1);
  const stored = platform.db.database('assets').where({ userId: mine.user.id });
  expect(await stored.pluck('id')).toHaveLength(2);
});

test('a gigabyte upload is refused while it streams, with flat memory', async () => {
  const { accessToken: token } = await api.signUp();
  const before = process.memoryUsage().rss;
  expect(await sendEndlessly(token, { 'content-length': String(1_000_000_000) })).toBe(413);
  expect(await sendEndlessly(token, { 'transfer-encoding': 'chunked' })).toBe(413);
  expect(process.memoryUsage().rss - before).toBeLessThan(150_000_000);
  expect((await upload(token, png)).status).toBe(201);
});

test('an upload belongs to one person: others cannot find or use it', async () => {
  const [mine, stranger] = [await api.signUp(), await api.signUp()];
  const { id } = (await upload(mine.accessToken, png)).body;
  const token = stranger.accessToken;
  expect((await api.call(`/api/v1/assets/${id}`, { token })).status).toBe(404);
  expect((await api.call(`/api/v1/assets/${id}/url`, { token })).status).toBe(404);
  expect((await api.call(`/api/v1/assets/${id}`, { token, method: 'DELETE' })).status).toBe(404);
  const used = await api.call('/api/v1/generate/upscale', { token, body: { image: id } });
  expect([used.status, codeOf(used)]).toEqual([404, 'not-found']);
  const balance = await api.call('/api/v1/users/balance', { token });
  expect(balance.body).toMatchObject({ available: 100, held: 0 });
  expect((await api.call(`/api/v1/assets/${id}`, { token: mine.accessToken })).status).toBe(200);
});

test('a deleted upload is gone, and its longer links are bounded', async () => {
  const { accessToken: token } = await api.signUp();
  const { id } = (await upload(token, png)).body;
  const path = `/api/v1/assets/${id}`;
  expect((await api.call(`${path}/url?ttlHours=168`, { token })).status).toBe(200);
  expect((await api.call(`${path}/url?ttlHours=169`, { token })).status).toBe(422);
  expect((await api.call(path, { token, method: 'DELETE' })).status).toBe(204);
  expect((await api.call(path, { token })).status).toBe(404);
  expect((await api.call(path, { token, method: 'DELETE' })).status).toBe(404);
});

test('a deleted upload’s links end, while its twin’s links go on', async () => {
  const { accessToken: token } = await api.signUp();
  const [first, twin] = [await upload(token, png), await upload(token, png)];
  const longer = await api.call(`/api/v1/assets/${first.body.id}/url?ttlHours=168`, { token });
  const thumbnailOf = ({ body }: Answer) => linkOf({ body: { url: body.thumbnailUrl } } as Answer);
  const statuses = async (...links: string[]) =>
    Promise.all(links.map(async (link) => (await api.call(link)).status));
  await api.call(`/api/v1/assets/${first.body.id}`, { token, method: 'DELETE' });
  expect(await statuses(linkOf(twin), thumbnailOf(twin), thumbnailOf(first))).toEqual([200, 200, 404]);
  await api.call(`/api/v1/assets/${twin.body.id}`, { token, method: 'DELETE' });
  expect(await statuses(linkOf(first), linkOf(longer), linkOf(twin), thumbnailOf(twin))).toEqual([
    404, 404, 404, 404,
  ]);
});

test('the link of a quarantined asset ends at once', async () => {
  const { accessToken: token } = await api.signUp();
  const uploaded = await upload(token, png);
  expect((await api.call(linkOf(uploaded))).status).toBe(200);
  await platform.db.database('assets').where({ id: uploaded.body.id }).update({ quarantinedAt: clock.now() });
  expect((await api.call(linkOf(uploaded))).status).toBe(404);
});

/** The path of a signed link: a test's server listens on a port unknown at signing. */
const linkOf = ({ body }: Answer): string => new URL(body.url).pathname + new URL(body.url).search;

/** Sends zeros until it is answered. */
function sendEndlessly(token: string, length: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const boundary = randomBytes(8).toString('hex');
    const sending = request(`${api.url}/api/v1/assets`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': `multipart/form-data; boundary=${boundary}`,
        ...length,
      },
    });
    const chunk = Buffer.alloc(1_000_000);
    let left = 1_000;
    const sendMore = () => {
      while (left > 0 && !sending.destroyed) {
        left -= 1;
        if (!sending.write(chunk)) {
          sending.once('drain', sendMore);
          return;
        }
      }
    };
    sending.on('response', (response) => {
      resolve(response.statusCode ?? 0);
      sending.destroy();
    });
    sending.on('error', reject);
    sending.write(`--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n`);
    sendMore();
  });
}

test('a connection that fetches many files keeps nothing of earlier ones', async () => {
  const { accessToken: token } = await api.signUp();
  const link = linkOf(await upload(token, png));
  const warnings: Error[] = [];
  const note = (warning: Error) => warnings.push(warning);
  process.on('warning', note);
  using agent = {
    ofOne: new Agent({ keepAlive: true, maxSockets: 1 }),
    [Symbol.dispose]: () => agent.ofOne.destroy(),
  };
  const ports = new Set<number | undefined>();
  for (let file = 0; file < 20; file++) {
    await new Promise<void>((resolve, reject) => {
      const sent = get(`${api.url}${link}`, { agent: agent.ofOne }, (response) => {
        ports.add(response.socket.localPort);
        response.resume().on('end', resolve);
      });
      sent.on('error', reject);
    });
  }
  process.off('warning', note);
  expect(ports.size).toBe(1);
  expect(warnings.map(({ name }) => name)).toEqual([]);
});
