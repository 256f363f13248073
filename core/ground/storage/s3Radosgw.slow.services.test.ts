import { createHash, randomBytes } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import { Readable } from 'node:stream';
import type { Client } from 'minio';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasRadosgw, startRadosgw } from '../../testing/services/radosgw.ts';
import type { S3Service } from '../../testing/services/s3rver.ts';
import { describeStorageContract, newOutputKey } from '../../testing/storageContract.ts';
import { systemClock } from '../runtime/clock.ts';
import { contentDisposition } from './contentDisposition.ts';
import { createS3Client } from './s3Client.ts';
import { createS3Storage } from './s3Storage.ts';
import { partBytes } from './s3Upload.ts';
import type { Storage } from './storage.ts';

const warnings: string[] = [];
const deps = { clock: systemClock, warn: (sentence: string) => warnings.push(sentence) };

// `npm test` installs the gateway where the system has a package of it.
describe.skipIf(!hasRadosgw)('on Ceph', () => {
  let service: S3Service;
  let storage: Storage;
  let client: Client;

  beforeAll(async () => {
    service = await startRadosgw();
    const config = configFor(service, 'star-graph');
    const starts = Array.from({ length: 4 }, () => createS3Storage(deps, config));
    [storage] = (await Promise.all(starts)) as [Storage];
    client = createS3Client(config, config.endpoint);
  });
  afterAll(() => service?.stop());

  describeStorageContract('S3 storage', { storage: () => storage, hasRange: false });

  test('makes one bucket when several processes start at once', async () => {
    expect((await client.listBuckets()).map(({ name }) => name)).toEqual(['star-graph']);
  });

  describe('a body of several parts', () => {
    const chunks = Array.from({ length: 40 }, () => randomBytes(1024 * 1024));

    test('arrives whole, part by part, from a stream of unknown length', async () => {
      const key = newOutputKey(randomBytes(8));
      await storage.put(key, Readable.from(chunks), { mime: 'image/png' });
      // The service's own digest of the parts it holds: with this store it cannot read several parts back.
      expect((await client.statObject('star-graph', key)).etag).toBe(multipartEtagOf(Buffer.concat(chunks)));
    });

    test('leaves neither an object nor parts when it breaks off', async () => {
      const key = newOutputKey(randomBytes(8));
      const body = Readable.from(breakingAfter(chunks));
      const { ids, stop } = recordUploadIds();
      await expect(storage.put(key, body, { mime: 'image/png' })).rejects.toThrow('the sender went away');
      stop();
      expect(await storage.stat(key)).toBeUndefined();
      expect(ids.size).toBe(1);
      for (const uploadID of ids) {
        const part = { bucketName: 'star-graph', objectName: key, uploadID, partNumber: 9, headers: {} };
        await expect(client.uploadPart(part, Buffer.alloc(9))).rejects.toMatchObject({
          code: 'NoSuchUpload',
        });
      }
    });

    test('stays one object when two writers send it at once', async () => {
      const key = newOutputKey(randomBytes(8));
      const twins = [1, 2].map(() => storage.put(key, Readable.from(chunks), { mime: 'image/png' }));
      await Promise.all(twins);
      expect((await storage.stat(key))?.bytes).toBe(40 * 1024 * 1024);
    });
  });

  describe('a bucket', () => {
    test('neither serves nor accepts unsigned requests', async () => {
      const body = randomBytes(100);
      const key = newOutputKey(body);
      await storage.put(key, body, { mime: 'image/png' });
      const url = `${service.endpoint}/star-graph/${key}`;
      expect((await fetch(url)).status).toBe(403);
      expect((await fetch(url, { method: 'PUT', body: 'other' })).status).toBe(403);
      expect((await fetch(url, { method: 'DELETE' })).status).toBe(403);
      const signed = await fetch(await storage.signedUrl(key, { ttlSeconds: 60, mime: 'image/png' }));
      expect(Buffer.from(await signed.arrayBuffer()).equals(body)).toBe(true);
    });

    test('saves an object under a name in any script', async () => {
      const key = newOutputKey(randomBytes(8));
      await storage.put(key, randomBytes(100), { mime: 'image/png' });
      const downloadName = "käse's.png";
      const response = await fetch(
        await storage.signedUrl(key, { ttlSeconds: 60, mime: 'image/png', downloadName }),
      );
      expect(response.headers.get('content-disposition')).toBe(contentDisposition(downloadName));
      await response.body?.cancel();
    });

    test.each(['s3:GetObject', 's3:PutObject'])(
      'whose policy gives %s to everybody is refused',
      async (action) => {
        const bucket = action === 's3:GetObject' ? 'readable' : 'writable';
        await client.makeBucket(bucket);
        await client.setBucketPolicy(bucket, policyFor(bucket, action, '*'));
        await expect(createS3Storage(deps, configFor(service, bucket))).rejects.toThrow(
          `"${bucket}" is public`,
        );
      },
    );

    test('whose policy names an account is accepted', async () => {
      await client.makeBucket('shared');
      await client.setBucketPolicy(
        'shared',
        policyFor('shared', 's3:GetObject', 'arn:aws:iam:::user/star-graph'),
      );
      await createS3Storage(deps, configFor(service, 'shared'));
    });

    test('clears what broken uploads leave after a day', async () => {
      expect(await client.getBucketLifecycle('star-graph')).toMatchObject({
        Rule: { Status: 'Enabled', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } },
      });
      expect(warnings).toEqual([]);
    });

    test("keeps the operator's own lifecycle", async () => {
      await client.makeBucket('kept');
      const rule = { ID: 'operators', Status: 'Enabled', Prefix: 'old/', Expiration: { Days: 90 } };
      await client.setBucketLifecycle('kept', { Rule: [rule] });
      await createS3Storage(deps, configFor(service, 'kept'));
      expect(JSON.stringify(await client.getBucketLifecycle('kept'))).toContain('operators');
      expect(JSON.stringify(await client.getBucketLifecycle('kept'))).not.toContain('star-graph');
    });
  });
});

function configFor({ endpoint, accessKey, secretKey }: S3Service, bucket: string) {
  return { endpoint, accessKey, secretKey, region: 'us-east-1', bucket };
}

function policyFor(bucket: string, action: string, account: string): string {
  const statement = {
    Effect: 'Allow',
    Principal: { AWS: [account] },
    Action: [action],
    Resource: [`arn:aws:s3:::${bucket}/*`],
  };
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
}

function* breakingAfter(chunks: Buffer[]): Generator<Buffer> {
  yield* chunks;
  throw new Error('the sender went away');
}

/** The ids of the multipart uploads that this process sends parts of; the service does not list them. */
function recordUploadIds(): { ids: Set<string>; stop(): void } {
  const ids = new Set<string>();
  const record = (message: unknown) => {
    const { path } = (message as { request: ClientRequest }).request;
    const id = new URL(path, 'http://localhost').searchParams.get('uploadId');
    if (id) ids.add(id);
  };
  subscribe('http.client.request.start', record);
  return { ids, stop: () => unsubscribe('http.client.request.start', record) };
}

/** MD5 of the parts' MD5s, a dash and how many: what S3 services answer for a multipart upload. */
function multipartEtagOf(body: Buffer): string {
  const digests: Buffer[] = [];
  for (let start = 0; start < body.length; start += partBytes) {
    digests.push(
      createHash('md5')
        .update(body.subarray(start, start + partBytes))
        .digest(),
    );
  }
  return `${createHash('md5').update(Buffer.concat(digests)).digest('hex')}-${digests.length}`;
}
