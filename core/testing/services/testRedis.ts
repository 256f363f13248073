import { randomBytes } from 'node:crypto';
import { createRedis, type Redis } from '../../ground/redis/createRedis.ts';
import { testRedisUrl } from '../db/testDatabase.ts';

export interface TestRedis extends AsyncDisposable {
  url: string;
  redis: Redis;
  /** Also of channels, which logical databases share. */
  prefix: string;
  /** Like FLUSHALL for an installation. */
  empty(): Promise<void>;
}

/** The databases of the tests' Redis without the first, which holds the counter. */
const logicalDatabases = 4_095;

/** A logical database of its own, so that a test may empty it. */
export async function createTestRedis(): Promise<TestRedis> {
  const url = new URL(testRedisUrl());
  url.pathname = `/${await takeNumber(url)}`;
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

/** In turn, because two test files that run side by side would sometimes draw the same random number. */
async function takeNumber(server: URL): Promise<number> {
  const first = createRedis({ url: server.href });
  const turn = await first.incr('test-databases').finally(() => first.disconnect());
  return 1 + (turn % logicalDatabases);
}
