import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { eventually } from '@star-graph/core/testing/eventually';
import { createClockFromNoon } from '@star-graph/core/testing/manualClock';
import { createTwoColours } from '@star-graph/core/testing/pictures';
import { beforeAll, expect, test } from 'vitest';
import { codeOf } from '../../testing/servers/apiServer.ts';
import { apiFixture, platformFixture } from '../../testing/servers/fixtures.ts';
import { createStalledDisk } from '../../testing/servers/stalledDisk.ts';

const platform = platformFixture();
const env = { UPLOADS_PER_USER: '1', UPLOADS: '2', KEPT_BYTES_PER_DAY: '100000000' };
const api = apiFixture(platform, env, { clock: createClockFromNoon() });
let png: Buffer;
let incoming: string;
beforeAll(async () => {
  png = await createTwoColours(64, 48).png().toBuffer();
  incoming = join(platform.env.DATA_DIR ?? '', 'tmp/api');
});

const boundary = randomBytes(8).toString('hex');
const partHead = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n`;
const partEnd = `\r\n--${boundary}--\r\n`;

/** An upload of the picture whose bytes the test releases; the first few are sent. */
interface SlowUpload {
  sending: ClientRequest;
  /** Resolves with the status of its answer; rejects when it is cut off before. */
  status: Promise<number | undefined>;
  end(): void;
}

/** Too few bytes to detect the format, but more than the parser buffers. */
const firstBytes = 32;

function startUpload(token: string): SlowUpload {
  const sending = request(`${api.url}/api/v1/assets`, {
    method: 'POST',
    agent: false,
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'transfer-encoding': 'chunked',
    },
  });
  const status = new Promise<number | undefined>((resolve, reject) => {
    sending.on('error', reject);
    sending.on('response', (response: IncomingMessage) => {
      response.resume();
      resolve(response.statusCode);
    });
  });
  // Not every test waits for an answer.
  status.catch(() => undefined);
  sending.write(partHead);
  sending.write(png.subarray(0, firstBytes));
  return {
    sending,
    status,
    end() {
      sending.write(png.subarray(firstBytes));
      sending.end(partEnd);
    },
  };
}

/** Resolves when the server has accepted that many uploads: each has its file. */
const underWay = (count: number) =>
  eventually(async () => expect(await readdir(incoming).catch(() => [])).toHaveLength(count));

async function startHeldUpload(token: string, count = 1): Promise<SlowUpload> {
  const held = startUpload(token);
  await underWay(count);
  return held;
}

function upload(token: string, bytes: Buffer = png) {
  const form = new FormData();
  form.append('file', new Blob([new Uint8Array(bytes)]), 'a.png');
  return api.call('/api/v1/assets', { token, body: form });
}

test('only the person with too many uploads is told to retry', async () => {
  const [busy, other] = [await api.signUp(), await api.signUp()];
  const held = await startHeldUpload(busy.accessToken);
  const refused = await upload(busy.accessToken);
  expect([refused.status, codeOf(refused)]).toEqual([429, 'quota-exceeded']);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await upload(other.accessToken)).status).toBe(201);
  held.end();
  expect(await held.status).toBe(201);
  expect((await upload(busy.accessToken)).status).toBe(201);
});

test('a process with too many uploads refuses all, until one finishes', async () => {
  const people = [await api.signUp(), await api.signUp(), await api.signUp()] as const;
  const first = await startHeldUpload(people[0].accessToken, 1);
  const second = await startHeldUpload(people[1].accessToken, 2);
  const refused = await upload(people[2].accessToken);
  expect([refused.status, codeOf(refused)]).toEqual([503, 'unavailable']);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  first.end();
  expect(await first.status).toBe(201);
  expect((await upload(people[2].accessToken)).status).toBe(201);
  second.end();
  expect(await second.status).toBe(201);
});

test('a refusal by the process costs a person no place', async () => {
  const people = [await api.signUp(), await api.signUp(), await api.signUp()] as const;
  const held = [
    await startHeldUpload(people[0].accessToken, 1),
    await startHeldUpload(people[1].accessToken, 2),
  ];
  expect((await upload(people[2].accessToken)).status).toBe(503);
  for (const one of held) {
    one.end();
    await one.status;
  }
  expect((await upload(people[2].accessToken)).status).toBe(201);
});

test("refusal, disk fault and lost sender each release an upload's place", async () => {
  const { accessToken: token } = await api.signUp();
  expect((await upload(token, Buffer.from('no picture'))).status).toBe(415);
  expect((await api.call('/api/v1/assets', { token, body: new FormData() })).status).toBe(422);
  await rm(incoming, { recursive: true });
  await writeFile(incoming, 'in the way');
  expect((await upload(token)).status).toBe(500);
  await rm(incoming);
  await mkdir(incoming);
  const left = await startHeldUpload(token);
  left.sending.destroy();
  await underWay(0);
  await eventually(async () => expect((await upload(token)).status).toBe(201));
});

/** Every file that is opened for writing has room for `bytes`. */
function fillDisk(bytes: number): () => void {
  const { createWriteStream } = fs;
  fs.createWriteStream = (() => {
    let room = bytes;
    return new Writable({
      write(chunk: Buffer, _encoding, done) {
        room -= chunk.length;
        const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
        done(room < 0 ? full : null);
      },
    });
  }) as never;
  syncBuiltinESMExports();
  return () => {
    fs.createWriteStream = createWriteStream;
    syncBuiltinESMExports();
  };
}

test.each([0, 40])('an upload that meets a full disk after %i bytes is told so', async (bytes) => {
  const { accessToken: token } = await api.signUp();
  const release = fillDisk(bytes);
  const refused = await upload(token).finally(release);
  expect([refused.status, codeOf(refused)]).toEqual([503, 'unavailable']);
  expect(refused.body).toMatchObject({ detail: expect.stringContaining('no room left') });
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await upload(token)).status).toBe(201);
});

test('who has sent what a day allows sends no more, and nothing of it is received', async () => {
  const { user, accessToken: token } = await api.signUp();
  const other = await api.signUp();
  expect((await upload(token)).status).toBe(201);
  const day = () => platform.db.database('person_days').where({ userId: user.id });
  expect(await day().first('keptBytes')).toEqual({ keptBytes: 1_000_000 });
  await day().update({ keptBytes: 98_500_000 });
  // Larger than what is left, which is known once it was received; and a smaller one after that.
  const larger = await upload(token, Buffer.concat([png, Buffer.alloc(2_000_000)]));
  expect([larger.status, codeOf(larger)]).toEqual([429, 'daily-limit']);
  expect((await upload(token)).status).toBe(201);
  const refused = startUpload(token);
  expect(await refused.status).toBe(429);
  refused.sending.destroy();
  expect(await day().first('keptBytes')).toEqual({ keptBytes: 99_500_000 });
  expect(await platform.db.database('assets').where({ userId: user.id }).pluck('bytes')).toHaveLength(2);
  expect((await upload(other.accessToken)).status).toBe(201);
});

test('a stalled disk stops the sender: unwritten bytes are not read', async () => {
  const { accessToken: token } = await api.signUp();
  const rest = Buffer.concat([png.subarray(firstBytes), Buffer.alloc(40_000_000)]);
  const held = await startHeldUpload(token);
  const before = process.memoryUsage().rss;
  const disk = await createStalledDisk();
  let handedOver = false;
  held.sending.once('finish', () => {
    handedOver = true;
  });
  const { socket } = held.sending;
  const whole = pump(held.sending, rest);
  // Answers that need no disk continue, so the process is alive and had enough time to receive all of it.
  for (let round = 0; round < 200; round++) expect((await api.call('/healthz')).status).toBe(200);
  expect(handedOver).toBe(false);
  expect(socket?.bytesWritten).toBeLessThan(rest.length / 2);
  expect(process.memoryUsage().rss - before).toBeLessThan(rest.length);
  await disk.release();
  await whole;
  // Larger than its picture, but whole: bytes behind the end of a PNG are kept as they came.
  expect(await held.status).toBe(201);
  await underWay(0);
});

/** Writes as fast as it is taken. */
async function pump(sending: ClientRequest, bytes: Buffer): Promise<void> {
  const pieceBytes = 262_144;
  for (let at = 0; at < bytes.length; at += pieceBytes)
    if (!sending.write(bytes.subarray(at, at + pieceBytes)))
      await new Promise((resolve) => sending.once('drain', resolve));
  sending.end(partEnd);
}
