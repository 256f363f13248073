import { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { BucketItem, Client } from 'minio';
import { invariant } from '../errors.ts';
import type { Clock } from '../runtime/clock.ts';
import { contentDisposition } from './contentDisposition.ts';
import { requireTtl } from './fileUrl.ts';
import { isStorageKey, requireKey, requireMimeOfKey, requirePrefix } from './keys.ts';
import { contentTypeOf } from './mediaTypes.ts';
import { openedObject } from './openedObject.ts';
import { prepareBucket, type Warn } from './s3Bucket.ts';
import { callS3, createS3Client, isAbsent, type S3Config } from './s3Client.ts';
import { uploadBuffer, uploadFile, uploadStream } from './s3Upload.ts';
import type { Body, ByteRange, ListedObject, ObjectFacts, OpenedObject, Storage } from './storage.ts';
import { storeUnreachableProblem } from './storageProblems.ts';

/**
 * Objects in one private bucket of an S3-compatible service. Readers get presigned GET URLs, so bytes do not pass
 * through the API. Fails at the start if the bucket cannot be made ready or is open to everybody.
 */
export async function createS3Storage(
  deps: { clock: Pick<Clock, 'now'>; warn: Warn },
  config: S3Config,
): Promise<Storage> {
  const client = createS3Client(config, config.endpoint);
  const publicClient = createS3Client(config, config.publicEndpoint ?? config.endpoint);
  const { bucket } = config;
  await prepareBucket({ client, warn: deps.warn }, config);

  return {
    async put(key, body, facts) {
      requireMimeOfKey(key, facts.mime);
      const target = { client, bucket, key };
      await proven(body, facts);
      if (body instanceof Readable) return uploadStream(target, body, facts);
      if (!Buffer.isBuffer(body)) return uploadFile(target, body.path, facts);
      invariant(facts.bytes === undefined || facts.bytes === body.length, 'other bytes than were announced');
      await uploadBuffer(target, body, facts.mime);
    },
    async open(key, range) {
      const mime = requireMimeOfKey(key);
      return undefinedIfAbsent(() => openObject(client, { bucket, key, mime }, range));
    },
    async stat(key) {
      const mime = requireMimeOfKey(key);
      const found = await undefinedIfAbsent(() => client.statObject(bucket, key));
      return found && { bytes: found.size, mime, modifiedAt: found.lastModified };
    },
    async remove(key) {
      requireMimeOfKey(key);
      await undefinedIfAbsent(() => client.removeObject(bucket, key));
    },
    list: (prefix, after) => listObjects(client, bucket, requirePrefix(prefix), after),
    async signedUrl(key, options) {
      const mime = requireMimeOfKey(key, options.mime);
      const { downloadName } = options;
      const headers = {
        'response-content-type': contentTypeOf(mime),
        'response-content-disposition':
          downloadName === undefined ? 'inline' : contentDisposition(downloadName),
      };
      return publicClient.presignedGetObject(
        bucket,
        key,
        requireTtl(options.ttlSeconds),
        headers,
        deps.clock.now(),
      );
    },
  };
}

/** S3 has no rename, and a copy would cost more than the wait: nothing is sent before the proof. */
async function proven(body: Body, { proof }: ObjectFacts): Promise<void> {
  try {
    await proof;
  } catch (error) {
    if (body instanceof Readable) body.destroy();
    throw error;
  }
}

async function openObject(
  client: Client,
  object: { bucket: string; key: string; mime: string },
  range?: ByteRange,
): Promise<OpenedObject> {
  const { start = 0, end } = range ?? {};
  const lengthBytes = end === undefined ? 0 : end - start + 1;
  const stream = await client.getPartialObject(object.bucket, object.key, start, lengthBytes);
  invariant(stream instanceof IncomingMessage, 'the S3 client answers with the response itself');
  const { 'content-length': length, 'content-range': contentRange } = stream.headers;
  const bytes = Number(length);
  // The answer to a range carries the whole length behind a slash, RFC 9110 §14.4.
  const totalBytes = contentRange === undefined ? bytes : Number(contentRange.split('/')[1]);
  // Also false without a length. Some services answer a range that they do not support with the whole object.
  const isAnswered = start + bytes === Math.min(end === undefined ? totalBytes : end + 1, totalBytes);
  if (isAnswered) return openedObject({ stream, bytes, totalBytes, mime: object.mime });
  stream.destroy();
  throw new Error(
    `the S3 service answered bytes ${start}-${end ?? ''} with ${length} bytes, ${contentRange}`,
  );
}

/** Ascending keys, as ListObjectsV2 gives them. Keys that are not ours are not listed. */
async function* listObjects(
  client: Client,
  bucket: string,
  prefix: string,
  after?: string,
): AsyncGenerator<ListedObject> {
  const items: AsyncIterable<BucketItem> = client.listObjectsV2(
    bucket,
    prefix,
    true,
    after === undefined ? '' : requireKey(after),
  );
  try {
    for await (const { name, size, lastModified } of items) {
      // Some services begin with the key after which the listing should begin.
      if (name === undefined || lastModified === undefined || name === after || !isStorageKey(name)) continue;
      yield { key: name, bytes: size, modifiedAt: lastModified };
    }
  } catch (error) {
    throw storeUnreachableProblem(error);
  }
}

async function undefinedIfAbsent<Result>(call: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await callS3(call);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}
