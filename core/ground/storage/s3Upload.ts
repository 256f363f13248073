import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import type { Client } from 'minio';
import { requireBytes, requireLength } from './requireLength.ts';
import { callS3 } from './s3Client.ts';
import type { ObjectFacts } from './storage.ts';

/** 10,000 parts of 16 MB, the most that S3 allows, hold 160 GB; one upload keeps two parts in memory at most. */
export const partBytes = 16 * 1024 * 1024;

/** What breaks off is sent again from its beginning: larger ones go in parts. */
const mostStreamedBytes = 64 * 1024 * 1024;
const readBytes = 256 * 1024;

interface UploadTarget {
  client: Client;
  bucket: string;
  key: string;
}

/**
 * Sends a body of any length. Up to one part it is a single PUT; a longer one is a multipart upload of its own,
 * aborted when it fails. It never resumes another upload, since two writers of one key would spoil each other's.
 */
export async function uploadStream(target: UploadTarget, body: Readable, facts: ObjectFacts): Promise<void> {
  await pipeline(body, requireLength(facts.bytes), async (chunks: AsyncIterable<Buffer>) => {
    const parts = splitIntoParts(chunks);
    const first = await parts.next();
    const second = first.done ? first : await parts.next();
    if (first.done) await uploadBuffer(target, Buffer.alloc(0), facts.mime);
    else if (second.done) await uploadBuffer(target, first.value, facts.mime);
    else await uploadParts(target, facts.mime, startingWith([first.value, second.value], parts));
  });
}

export async function uploadBuffer(target: UploadTarget, body: Buffer, mime: string): Promise<void> {
  const { client, bucket, key } = target;
  await callS3(() => client.putObject(bucket, key, body, body.length, { 'Content-Type': mime }));
}

/** With a known digest the file goes from the disk to the service as it is read, and is hashed no second time. */
export async function uploadFile(target: UploadTarget, path: string, facts: ObjectFacts): Promise<void> {
  const { size } = await stat(path);
  requireBytes(size, facts.bytes);
  const { sha256 } = facts;
  const body = createReadStream(path, { highWaterMark: readBytes });
  if (sha256 === undefined || size > mostStreamedBytes) return uploadStream(target, body, facts);
  const { client, bucket: bucketName, key: objectName } = target;
  const headers = { 'Content-Type': facts.mime, 'Content-Length': size, ...checksumOf(client, sha256) };
  const options = { method: 'PUT', bucketName, objectName, headers };
  // By TLS the signature does not cover the body.
  const signed = client.enableSHA256 ? sha256 : '';
  try {
    await callS3(async () => {
      const answer = await client.makeRequestStreamAsync(options, body, signed, [200], '');
      await finished(answer.resume());
    });
  } finally {
    body.destroy();
  }
}

/** The service compares it with what came. Over plain HTTP the signature has it. */
const checksumOf = ({ enableSHA256 }: Client, sha256: string) =>
  enableSHA256 ? {} : { 'x-amz-checksum-sha256': Buffer.from(sha256, 'hex').toString('base64') };

async function uploadParts(target: UploadTarget, mime: string, parts: AsyncIterable<Buffer>): Promise<void> {
  const { client, bucket, key } = target;
  const uploadId = await callS3(() =>
    client.initiateNewMultipartUpload(bucket, key, { 'Content-Type': mime }),
  );
  try {
    const sent: { part: number; etag: string }[] = [];
    for await (const body of parts) {
      const place = { bucketName: bucket, objectName: key, uploadID: uploadId, partNumber: sent.length + 1 };
      const headers = { 'Content-Length': body.length };
      const { part, etag } = await callS3(() => client.uploadPart({ ...place, headers }, body));
      sent.push({ part, etag });
    }
    await callS3(() => client.completeMultipartUpload(bucket, key, uploadId, sent));
  } catch (error) {
    await abortUpload(target, uploadId, error);
    throw error;
  }
}

/** If the abort fails too, the bucket's lifecycle rule removes the parts a day later. */
async function abortUpload({ client, bucket, key }: UploadTarget, uploadId: string, reason: unknown) {
  try {
    await client.abortMultipartUpload(bucket, key, uploadId);
  } catch (error) {
    throw new AggregateError([reason, error], 'an upload failed and could not be aborted');
  }
}

async function* startingWith(first: Buffer[], rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield* first;
  yield* rest;
}

async function* splitIntoParts(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, undefined> {
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  for await (const chunk of chunks) {
    pending.push(chunk);
    pendingBytes += chunk.length;
    while (pendingBytes >= partBytes) {
      const joined = Buffer.concat(pending);
      yield joined.subarray(0, partBytes);
      pending = [joined.subarray(partBytes)];
      pendingBytes = joined.length - partBytes;
    }
  }
  if (pendingBytes > 0) yield Buffer.concat(pending);
}
