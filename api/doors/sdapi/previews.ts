import { previewKey } from '@star-graph/core/ground/redis/redisKeys';
import { encodePicture } from '@star-graph/core/media/pictures';
import type { Progress } from '@star-graph/core/work/events/event';
import type { SdapiDeps } from './sdapiDeps.ts';

/** Programs ask once a second at most. */
const betweenMs = 1_000;
/** Longer than one step takes. */
const lifeSeconds = 120;

/**
 * Keeps what a task looks like where every process finds it: the next `progress` may come to another one than the
 * request that waits.
 */
export function createPreviewKeeper(
  deps: Pick<SdapiDeps, 'redis' | 'prefix' | 'clock' | 'log'>,
): (taskId: string, progress: Progress) => void {
  const keptAt = new Map<string, number>();
  return (taskId, { preview }) => {
    const nowMs = deps.clock.monotonicMs();
    if (!preview || nowMs - (keptAt.get(taskId) ?? Number.NEGATIVE_INFINITY) < betweenMs) return;
    keptAt.set(taskId, nowMs);
    deps.redis
      .set(previewKey(deps.prefix, taskId), preview.base64, 'EX', lifeSeconds)
      .catch((err: unknown) => {
        deps.log.debug({ err }, 'a preview could not be kept');
      });
  };
}

/** As Base64 of a PNG; null where there is none. */
export async function readPreview(
  deps: Pick<SdapiDeps, 'redis' | 'prefix' | 'log'>,
  taskId: string,
): Promise<string | null> {
  const base64 = await deps.redis.get(previewKey(deps.prefix, taskId)).catch((err: unknown) => {
    deps.log.debug({ err }, 'a preview could not be read');
    return null;
  });
  if (base64 === null) return null;
  return (await encodePicture(Buffer.from(base64, 'base64'), { format: 'png' })).toString('base64');
}
