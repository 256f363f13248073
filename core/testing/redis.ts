import { randomBytes, randomInt } from 'node:crypto';
import { createRedis, type Redis } from '../redis.ts';
import { testRedisUrl } from './database.ts';

export interface TestRedis extends AsyncDisposable {
  url: string;
  redis: Redis;
  /** Also of channels, which logical databases share. */
  prefix: string;
  /** What FLUSHALL does to an installation. */
  empty(): Promise<void>;
}

/** A logical database of its own, so that a test may empty it. */
export async function createTestRedis(): Promise<TestRedis> {
  const url = new URL(testRedisUrl());
  url.pathname = `/${randomInt(1, 4_096)}`;
  const redis = createRedis({ url: url.href });
  await redis.flushdb();
  return {
    url: url.href,
    redis,
    prefix: `test-${randomBytes(6).toString('hex')}:`,
    async empty() {
      await redis.flushdb();
    },
    async [Symbol.asyncDispose]() {
      await redis.flushdb();
      redis.disconnect();
    },
  };
}
