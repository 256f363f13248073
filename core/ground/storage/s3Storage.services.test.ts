import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { createManualClock } from '../../testing/manualClock.ts';
import { type S3Service, startS3rver } from '../../testing/services/s3rver.ts';
import { describeStorageContract, newOutputKey, readAll } from '../../testing/storageContract.ts';
import { Problem } from '../errors.ts';
import { systemClock } from '../runtime/clock.ts';
import { createS3Client } from './s3Client.ts';
import { createS3Storage } from './s3Storage.ts';
import { partBytes, uploadFile } from './s3Upload.ts';
import type { Storage } from './storage.ts';

const warnings: string[] = [];
const warn = (sentence: string) => warnings.push(sentence);
let service: S3Service;
let storage: Storage;

beforeAll(async () => {
  service = await startS3rver({ anonymous: 'denied' });
  storage = await createS3Storage({ clock: systemClock, warn }, configFor(service));
});
afterAll(() => service.stop());

describeStorageContract('S3 storage on s3rver', { storage: () => storage, hasRange: true });

test('gives back a body of several parts whole', async () => {
  const body = randomBytes(partBytes + 1_000_000);
  const key = newOutputKey(body);
  await storage.put(key, Readable.from([body.subarray(0, 7_000_001), body.subarray(7_000_001)]), {
    mime: 'image/png',
    bytes: body.length,
  });
  expect((await readAll(storage, key))?.equals(body)).toBe(true);
});

describe('a file whose digest its writer knows', () => {
  const body = randomBytes(3_000_000);
  const sha256 = createHash('sha256').update(body).digest('hex');
  const facts = { mime: 'image/png', bytes: body.length, sha256 };
  const path = join(tmpdir(), `star-graph-s3-${randomUUID()}`);
  beforeAll(() => writeFile(path, body));
  afterAll(() => rm(path, { force: true }));

  const open = async (answer: RequestListener, timeoutMs?: number) => {
    const server = createHttpServer(answer).listen(0, '127.0.0.1');
    onTestFinished(() => server.closeAllConnections());
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return createS3Client({ ...configFor(service), endpoint }, endpoint, timeoutMs);
  };

  test('is sent once as it is, signed by that digest', async () => {
    const seen: { sent: Buffer; headers: IncomingHttpHeaders }[] = [];
    const client = await open(async (request, response) => {
      seen.push({ sent: await buffer(request), headers: request.headers });
      response.end();
    });
    await uploadFile({ client, bucket: 'star-graph', key: newOutputKey(body) }, path, facts);
    expect(seen).toEqual([
      {
        sent: body,
        headers: expect.objectContaining({
          'x-amz-content-sha256': sha256,
          'content-length': String(body.length),
          'content-type': 'image/png',
        }),
      },
    ]);
  });

  test('is checked by its digest where the signature does not cover it', async () => {
    const endpoint = 'https://127.0.0.1:9';
    const client = createS3Client({ ...configFor(service), endpoint }, endpoint);
    const request = vi.spyOn(client, 'makeRequestStreamAsync').mockRejectedValue(new Error('not sent'));
    const sent = uploadFile({ client, bucket: 'star-graph', key: newOutputKey(body) }, path, facts);
    await expect(sent).rejects.toMatchObject({ code: 'unavailable' });
    const [options, , signed] = request.mock.calls[0] ?? [];
    expect(signed).toBe('');
    expect(options?.headers).toMatchObject({
      'x-amz-checksum-sha256': Buffer.from(sha256, 'hex').toString('base64'),
    });
  });

  test.runIf(process.platform === 'linux')(
    'is given up, and closed, by a service that is silent in the middle of it',
    async () => {
      const client = await open((request) => void request.once('data', () => request.pause()), 50);
      const target = { client, bucket: 'star-graph', key: newOutputKey(body) };
      await expect(uploadFile(target, path, facts)).rejects.toMatchObject({
        code: 'unavailable',
        cause: { message: expect.stringContaining('silent for 50 ms') },
      });
      const isOpen = async () => {
        const links = (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`));
        return (await Promise.allSettled(links)).some((end) => 'value' in end && end.value === path);
      };
      await expect.poll(isOpen).toBe(false);
    },
  );
});

describe('a presigned URL', () => {
  const body = randomBytes(5_000);
  const key = newOutputKey(body);
  const options = { ttlSeconds: 60, mime: 'image/png' };
  beforeAll(() => storage.put(key, body, { mime: 'image/png' }));

  test('gives the object to whoever holds it, whole or by range', async () => {
    const url = await storage.signedUrl(key, options);
    const whole = await fetch(url);
    expect(whole.headers.get('content-type')).toBe('image/png');
    expect(whole.headers.get('content-disposition')).toBe('inline');
    expect(Buffer.from(await whole.arrayBuffer()).equals(body)).toBe(true);

    const part = await fetch(url, { headers: { Range: 'bytes=100-1999' } });
    expect(part.status).toBe(206);
    expect(part.headers.get('content-range')).toBe('bytes 100-1999/5000');
    expect(Buffer.from(await part.arrayBuffer()).equals(body.subarray(100, 2000))).toBe(true);
  });

  test('saves under the name that it was signed for', async () => {
    const response = await fetch(
      await storage.signedUrl(key, { ...options, downloadName: 'my picture.png' }),
    );
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="my picture.png"');
    await response.body?.cancel();
  });

  test('opens no other object, no longer time and no other type', async () => {
    const other = newOutputKey(randomBytes(10));
    await storage.put(other, body, { mime: 'image/png' });
    const url = await storage.signedUrl(key, options);
    const changed = [
      url.replace(key, other),
      url.replace('X-Amz-Expires=60', 'X-Amz-Expires=600'),
      url.replace('image%2Fpng', 'text%2Fhtml'),
    ];
    for (const forged of changed) {
      expect(forged).not.toBe(url);
      expect((await fetch(forged)).status).toBe(403);
    }
    expect((await fetch(url)).status).toBe(200);
  });

  test('expires', async () => {
    const anHourAgo = createManualClock(new Date(Date.now() - 3_600_000));
    const earlier = await createS3Storage({ clock: anHourAgo, warn }, configFor(service));
    expect((await fetch(await earlier.signedUrl(key, options))).status).toBe(403);
    expect((await fetch(await earlier.signedUrl(key, { ...options, ttlSeconds: 7_200 }))).status).toBe(200);
  });

  test('carries the address that browsers use', async () => {
    const config = {
      ...configFor(service),
      publicEndpoint: service.endpoint.replace('127.0.0.1', 'localhost'),
    };
    const behindProxy = await createS3Storage({ clock: systemClock, warn }, config);
    const url = await behindProxy.signedUrl(key, options);
    expect(new URL(url).hostname).toBe('localhost');
    expect((await fetch(url)).status).toBe(200);
  });
});

describe('createS3Storage', () => {
  test('refuses a bucket that anybody can list', async () => {
    const open = await startS3rver({ anonymous: 'allowed' });
    try {
      await expect(createS3Storage({ clock: systemClock, warn }, configFor(open))).rejects.toThrow(
        'is public',
      );
    } finally {
      await open.stop();
    }
  });

  test('says that nobody has checked a public address it cannot reach', async () => {
    const publicEndpoint = 'http://127.0.0.1:9';
    await createS3Storage({ clock: systemClock, warn }, { ...configFor(service), publicEndpoint });
    expect(warnings).toContainEqual(expect.stringContaining(`nothing answers at ${publicEndpoint}`));
  });

  test('refuses a bucket that anybody can list at its public address', async () => {
    const open = await startS3rver({ anonymous: 'allowed' });
    try {
      const config = { ...configFor(service), publicEndpoint: open.endpoint };
      await createS3Client(config, open.endpoint).makeBucket(config.bucket, config.region);
      await expect(createS3Storage({ clock: systemClock, warn }, config)).rejects.toThrow('is public');
    } finally {
      await open.stop();
    }
  });

  test('refuses a wrong secret before anything is stored', async () => {
    const config = { ...configFor(service), secretKey: 'guessed' };
    await expect(createS3Storage({ clock: systemClock, warn }, config)).rejects.toThrow();
  });

  test('says when the service cannot clear what broken uploads leave', () => {
    expect(warnings).toContainEqual(expect.stringContaining('takes no lifecycle rules'));
  });
});

describe('a service that fails', () => {
  test('becomes a Problem with a time to try again, in every call', async () => {
    const dying = await startS3rver({ anonymous: 'denied' });
    const lost = await createS3Storage({ clock: systemClock, warn }, configFor(dying));
    await dying.stop();
    const key = newOutputKey(randomBytes(3));
    const calls = [
      lost.put(key, Buffer.from('abc'), { mime: 'image/png' }),
      lost.open(key),
      lost.stat(key),
      lost.remove(key),
      lost.list('')[Symbol.asyncIterator]().next(),
    ];
    for (const result of await Promise.allSettled(calls)) {
      expect(result).toMatchObject({
        status: 'rejected',
        reason: { code: 'unavailable', retryAfterSeconds: 60 },
      });
      expect(result.status === 'rejected' && result.reason).toBeInstanceOf(Problem);
    }
  });

  test('is given up when it stays silent', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const endpoint = `http://127.0.0.1:${port}`;
    const client = createS3Client({ ...configFor(service), endpoint }, endpoint, 50);
    await expect(client.bucketExists('star-graph')).rejects.toThrow('was silent for 50 ms');
    silent.close();
  });
});

function configFor({ endpoint, accessKey, secretKey }: S3Service) {
  return { endpoint, accessKey, secretKey, region: 'us-east-1', bucket: 'star-graph' };
}
