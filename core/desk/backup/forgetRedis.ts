import { createRedis } from '../../ground/redis/createRedis.ts';

const keysAtOnce = 500;

/**
 * Removes every key of an installation, and of no other that shares the server. All that Redis holds may vanish at any
 * moment; after a restore it must, since it tells of tasks and events that no longer happened.
 */
export async function forgetRedis(url: string, prefix: string): Promise<void> {
  const redis = createRedis({ url });
  try {
    const pattern = `${prefix.replaceAll(/[\\*?[\]]/g, '\\$&')}*`;
    let cursor = '0';
    do {
      const [next, keys] = await redis.scan(cursor, 'MATCH', pattern, 'COUNT', keysAtOnce);
      if (keys.length > 0) await redis.unlink(...keys);
      cursor = next;
    } while (cursor !== '0');
  } finally {
    redis.disconnect();
  }
}
