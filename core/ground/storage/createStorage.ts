import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { type Env, publicUrlOf } from '../config/config.ts';
import {
  createFixedRing,
  environmentKid,
  type SigningKey,
  type SigningRing,
} from '../encryption/signingRing.ts';
import type { Clock } from '../runtime/clock.ts';
import { createFileStorage } from './fileStorage.ts';
import type { Warn } from './s3Bucket.ts';
import type { Storage } from './storage.ts';

export type StorageEnv = Pick<
  Env,
  | 'S3_ENDPOINT'
  | 'S3_PUBLIC_ENDPOINT'
  | 'S3_REGION'
  | 'S3_ACCESS_KEY'
  | 'S3_SECRET_KEY'
  | 'S3_BUCKET'
  | 'DATA_DIR'
  | 'FILE_SIGNING_KEY'
  | 'PUBLIC_URL'
  | 'API_HOST'
  | 'API_PORT'
>;

/**
 * The storage of the environment: S3 if an endpoint is set, else files below the data directory.
 * @param deps.fileKeys sign the addresses of files; absent: the key of the environment alone, until keys are rotated.
 * @throws Error when files are used and no key signs their addresses.
 */
export async function createStorage(
  deps: { clock: Clock; warn: Warn; fileKeys?: SigningRing | undefined },
  env: StorageEnv,
): Promise<Storage> {
  if (env.S3_ENDPOINT !== undefined) {
    // The library for S3 is loaded only where S3 is used.
    const { createS3Storage } = await import('./s3Storage.ts');
    return createS3Storage(deps, {
      endpoint: env.S3_ENDPOINT,
      ...(env.S3_PUBLIC_ENDPOINT === undefined ? {} : { publicEndpoint: env.S3_PUBLIC_ENDPOINT }),
      region: env.S3_REGION,
      accessKey: env.S3_ACCESS_KEY,
      secretKey: env.S3_SECRET_KEY,
      bucket: env.S3_BUCKET,
    });
  }
  const environmentKeys = fileKeysOf(env);
  if (!environmentKeys)
    throw new Error('FILE_SIGNING_KEY is not set: without S3 it signs the addresses of files');
  return createFileStorage(deps, {
    directory: resolve(env.DATA_DIR, 'storage'),
    publicUrl: publicUrlOf(env),
    keys: deps.fileKeys ?? createFixedRing(environmentKeys),
  });
}

/** What signs links to files before the first rotation; undefined where an object store signs its own. */
export const fileKeysOf = (
  env: Pick<Env, 'S3_ENDPOINT' | 'FILE_SIGNING_KEY'>,
): readonly [SigningKey] | undefined =>
  env.S3_ENDPOINT === undefined && env.FILE_SIGNING_KEY !== undefined
    ? [{ kid: environmentKid, secret: Buffer.from(env.FILE_SIGNING_KEY) }]
    : undefined;

/** The same text for processes whose links to files are the same: their addresses and their signatures. */
export function identifyLinks(env: StorageEnv): string {
  const {
    S3_ENDPOINT,
    S3_PUBLIC_ENDPOINT,
    S3_REGION,
    S3_ACCESS_KEY,
    S3_SECRET_KEY,
    S3_BUCKET,
    FILE_SIGNING_KEY,
  } = env;
  const signed =
    S3_ENDPOINT === undefined
      ? [publicUrlOf(env), FILE_SIGNING_KEY]
      : [S3_PUBLIC_ENDPOINT ?? S3_ENDPOINT, S3_REGION, S3_ACCESS_KEY, S3_SECRET_KEY, S3_BUCKET];
  return createHash('sha256').update(JSON.stringify(signed)).digest('hex').slice(0, 32);
}
