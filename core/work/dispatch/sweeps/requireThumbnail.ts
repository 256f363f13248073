import { randomUUID } from 'node:crypto';
import { Asset } from '../../../ground/db/models/asset.ts';
import { Problem } from '../../../ground/errors.ts';
import type { Redis } from '../../../ground/redis/createRedis.ts';
import { drawingKey } from '../../../ground/redis/redisKeys.ts';
import { createRedisScript } from '../../../ground/redis/redisScript.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';
import { makeThumbnail, type ThumbnailDeps } from './thumbnails.ts';

interface Deps extends ThumbnailDeps {
  redis: Redis;
  prefix: string;
  clock: Pick<Clock, 'sleep'>;
}

/** Longer than a poster takes. Of a process that died the next one takes it over then. */
const claimMs = 30_000;
const lookAgainMs = 100;
const longestWaitMs = 60_000;

/**
 * The key of the thumbnail of an output that is shown, drawn now where it has none yet: a task ends before it. Of all
 * who ask at once, in any process, one draws and the others wait for the row to name it.
 * @returns undefined where it was given up.
 * @throws Problem `not-found`, `unavailable`.
 */
export async function requireThumbnail(deps: Deps, assetId: string): Promise<string | undefined> {
  const signal = AbortSignal.timeout(longestWaitMs);
  while (!signal.aborted) {
    const asset = await Asset.query(deps.database)
      .findById(assetId)
      .whereNull('deletedAt')
      .select('thumbnailKey', 'thumbnailTries');
    if (!asset) throw new Problem('not-found', 'This file is no longer stored.');
    if (asset.thumbnailKey !== null) return asset.thumbnailKey;
    if (asset.thumbnailTries === null) return undefined;
    if (!(await drawAsOne(deps, assetId))) await deps.clock.sleep(lookAgainMs, signal).catch(() => undefined);
  }
  throw notNow();
}

/** @returns false where another one draws it. */
async function drawAsOne(deps: Deps, assetId: string): Promise<boolean> {
  const { redis, prefix } = deps;
  const key = drawingKey(prefix, assetId);
  const mark = randomUUID();
  const claimed = await redis.set(key, mark, 'PX', claimMs, 'NX').catch((cause: unknown) => {
    // The tries of all who ask at once would count, and a good film would be given up.
    throw notNow(cause);
  });
  if (claimed === null) return false;
  try {
    await makeThumbnail(deps, assetId);
    return true;
  } catch (cause) {
    throw notNow(cause);
  } finally {
    await giveBack(redis, [key], [mark]).catch(() => undefined);
  }
}

/** Its own alone: a later one may have taken it over. */
const giveBack = createRedisScript(
  "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0",
);

const notNow = (cause?: unknown) =>
  new Problem('unavailable', 'The thumbnail cannot be drawn at the moment. Ask again in a few seconds.', {
    cause,
  });
