import { describeOffset, judgeOffset, measureOffset } from '@star-graph/core/desk/doctor/clockOffset';
import { type Finding, finding } from '@star-graph/core/desk/doctor/findings';
import type { Check } from '@star-graph/core/desk/doctor/runChecks';
import type { Clock } from '@star-graph/core/ground/runtime/clock';
import { newId } from '@star-graph/core/ground/runtime/ids';
import { createStorage, type StorageEnv } from '@star-graph/core/ground/storage/createStorage';
import { createS3Client } from '@star-graph/core/ground/storage/s3Client';
import { findCertificateFaults } from './certificate.ts';
import { readDateMs } from './request.ts';

/** The sweep removes it within hours where the doctor dies before it does. */
const keyOf = () => `inputs/doctor/${newId()}.png`;
const body = Buffer.from('the doctor was here');

/** One object is written, read and removed, as the processes would. */
export const storageCheck = (
  { clock }: { clock: Clock },
  env: StorageEnv & { S3_ENDPOINT: string },
): Check => ({
  name: 'storage',
  limitMs: 30_000,
  async run(signal) {
    const endpoint = new URL(env.S3_ENDPOINT);
    const certificate = await findCertificateFaults(endpoint, { now: () => clock.now(), signal });
    const fault = await tryObject({ clock }, env);
    if (fault) return { summary: endpoint.host, findings: [...certificate, fault] };
    const offsetMs = await measureOffset({ clock }, () => readDateMs(endpoint, signal));
    return {
      summary: `${env.S3_BUCKET} at ${endpoint.host}, ${describeOffset(offsetMs)}`,
      findings: [
        ...certificate,
        ...judgeOffset('the object store', offsetMs),
        ...(await findVersioning(env)),
      ],
    };
  },
});

async function tryObject({ clock }: { clock: Clock }, env: StorageEnv): Promise<Finding | undefined> {
  try {
    const storage = await createStorage({ clock, warn: () => undefined }, env);
    const key = keyOf();
    await storage.put(key, body, { mime: 'image/png', bytes: body.length });
    using opened = await storage.open(key);
    const isSame = opened && Buffer.concat(await opened.stream.toArray()).equals(body);
    await storage.remove(key);
    if (isSame && !(await storage.stat(key))) return undefined;
    throw new Error('an object was not read back as it was written, or not removed');
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const why = cause instanceof Error ? cause.message || String(Reflect.get(cause, 'code')) : String(cause);
    return finding(
      'storage-unusable',
      `The bucket "${env.S3_BUCKET}" at ${env.S3_ENDPOINT} cannot be used (${why.replace(/\.$/, '')}).`,
      'Start the service, or correct S3_ENDPOINT, S3_BUCKET and its keys; they need the rights to get, put, delete and list objects.',
    );
  }
}

/** What people delete should be gone. Services that do not tell are believed. */
async function findVersioning(env: StorageEnv & { S3_ENDPOINT: string }): Promise<Finding[]> {
  const config = {
    endpoint: env.S3_ENDPOINT,
    region: env.S3_REGION,
    bucket: env.S3_BUCKET,
    accessKey: env.S3_ACCESS_KEY,
    secretKey: env.S3_SECRET_KEY,
  };
  const status = await createS3Client(config, env.S3_ENDPOINT)
    .getBucketVersioning(env.S3_BUCKET)
    .then(
      (answer: { Status?: string } | undefined) => answer?.Status,
      () => undefined,
    );
  if (status !== 'Enabled') return [];
  return [
    finding(
      'storage-keeps-deleted',
      `The bucket "${env.S3_BUCKET}" keeps every version: pictures that people deleted stay and take room.`,
      'Suspend versioning, or add a lifecycle rule that ends noncurrent versions after some days.',
    ),
  ];
}
