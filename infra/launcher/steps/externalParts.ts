import { askBackend } from '@star-graph/core/comfy/askBackend';
import {
  type BackendNetwork,
  createBackendNetwork,
  readAuthorities,
} from '@star-graph/core/comfy/http/network';
import type { NamedBackend } from '@star-graph/core/comfy/namedBackends';
import { connectDatabase } from '@star-graph/core/ground/db/connect';
import { describeDatabaseFault } from '@star-graph/core/ground/db/databaseFault';
import { createRedis } from '@star-graph/core/ground/redis/createRedis';
import { parseRedisAddress, type RedisAddress } from '@star-graph/core/ground/redis/redisAddress';
import { noMaster } from '@star-graph/core/ground/redis/sentinel';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { createStorage, type StorageEnv } from '@star-graph/core/ground/storage/createStorage';
import { listRemovedByHand } from '@star-graph/core/work/dispatch/backend/registerBackends';
import { LaunchFailure } from '../failure.ts';

/*
 * Each external part in place of an embedded one is checked once before the processes start: they would wait for it,
 * or end with the words of their libraries.
 */

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : '';

/** @throws LaunchFailure naming DATABASE_URL and the way out. */
export async function checkDatabase(url: string): Promise<void> {
  const database = connectDatabase({ url, poolSize: 1 });
  try {
    await database.raw('SELECT 1');
  } catch (cause) {
    const sentence = describeDatabaseFault(cause, url);
    throw new LaunchFailure(sentence ?? `DATABASE_URL: the database cannot be used (${messageOf(cause)}).`, {
      cause,
    });
  } finally {
    await database.destroy();
  }
}

/** @throws LaunchFailure naming REDIS_URL and the way out. */
export async function checkRedis(url: string): Promise<void> {
  const address = parseRedisAddress(url);
  // A refused command does not give the reason; the reason why the connection failed comes as an event.
  let fault: Error | undefined;
  const redis = createRedis({
    url,
    onError: (error) => {
      fault ??= error;
    },
  });
  try {
    await redis.ping();
  } catch (error) {
    fault ??= error instanceof Error ? error : new Error(String(error));
  } finally {
    redis.disconnect();
  }
  if (fault === undefined) return;
  throw new LaunchFailure(`REDIS_URL: ${describeRedisFault(fault, address)}`, { cause: fault });
}

function describeRedisFault(fault: Error, { kind, hosts }: RedisAddress): string {
  const host = hosts.join(', ');
  if (kind === 'sentinel' && fault.message.startsWith(noMaster))
    return `${messageOf(fault)}. Asked were those at ${host}. Start them, or correct their addresses, the name of the master, or sentinelPassword.`;
  if (/^(WRONGPASS|NOAUTH|ERR AUTH)/.test(fault.message))
    return `the Redis at ${host} refuses the user or the password. Set redis://user:password@host:port/db, without "user" where there is none.`;
  if (codeOf(fault) !== '' || /timed? ?out/i.test(fault.message))
    return `no Redis answers at ${host} (${messageOf(fault)}). Start it there, or correct the address.`;
  return `what answers at ${host} is no Redis that we can use (${messageOf(fault)}). Correct the address.`;
}

/** Makes the bucket ready as the platform would. @throws LaunchFailure naming the variables and the way out. */
export async function checkStorage(env: StorageEnv, warn: (sentence: string) => void): Promise<void> {
  try {
    await createStorage({ clock: systemClock, warn }, env);
  } catch (cause) {
    throw new LaunchFailure(describeStorageFault(cause, env), { cause });
  }
}

const refusals = ['InvalidAccessKeyId', 'SignatureDoesNotMatch', 'AccessDenied', 'Forbidden'];
const silences = ['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EHOSTUNREACH'];

function describeStorageFault(error: unknown, { S3_ENDPOINT, S3_BUCKET }: StorageEnv): string {
  const code = codeOf(error);
  if (silences.includes(code))
    return `S3_ENDPOINT: nothing answers at ${S3_ENDPOINT} (${code}). Start the service there, or correct the address.`;
  if (refusals.includes(code))
    return `S3_ACCESS_KEY, S3_SECRET_KEY: the service at ${S3_ENDPOINT} refuses them, or they may not use the bucket "${S3_BUCKET}" (${code}). Correct them, or name another bucket in S3_BUCKET.`;
  return `S3_ENDPOINT: the bucket "${S3_BUCKET}" at ${S3_ENDPOINT} cannot be used (${messageOf(error)}). Correct S3_ENDPOINT or S3_BUCKET.`;
}

/** @throws LaunchFailure naming COMFYUI_CA_FILE and the way out. */
export function openBackendNetwork(authoritiesFile: string | undefined): BackendNetwork {
  try {
    return createBackendNetwork(readAuthorities(authoritiesFile));
  } catch (cause) {
    throw new LaunchFailure(messageOf(cause), { cause });
  }
}

/** Sentences about servers that cannot be used now: that may change, so the platform starts all the same. */
export async function findSilentBackends(
  network: BackendNetwork,
  backends: readonly NamedBackend[],
): Promise<string[]> {
  const reasons = await Promise.all(
    backends.map((backend) => askBackend({ clock: systemClock, network }, backend)),
  );
  return reasons.flatMap((reason) =>
    reason === undefined ? [] : [`COMFYUI_URLS: ${reason} Tasks for it wait until it can be used.`],
  );
}

/** Sentences about servers that the variable names and that stay out of the pool. */
export async function findRemovedBackends(
  databaseUrl: string,
  backends: readonly NamedBackend[],
): Promise<string[]> {
  const database = connectDatabase({ url: databaseUrl, poolSize: 1 });
  try {
    const urls = backends.map(({ url }) => url);
    return (await listRemovedByHand(database, urls)).map(
      (url) =>
        `COMFYUI_URLS: an administrator removed ${url}, so it stays out of the pool. POST /api/admin/backends with this address takes it back; otherwise take it out of COMFYUI_URLS.`,
    );
  } finally {
    await database.destroy();
  }
}
