import type { Storage } from '@star-graph/core/storage/storage';
import type { OutputAsset } from '@star-graph/core/tasks/reading/findTasks';
import type { AssetView } from '../../contract/assets/assets.ts';

/** Links last an hour: long enough to download, too short to pass on. */
const linkLifeSeconds = 3_600;

export async function presentAsset(
  storage: Pick<Storage, 'signedUrl'>,
  asset: OutputAsset,
): Promise<AssetView> {
  const {
    id,
    kind,
    mime,
    width,
    height,
    bytes,
    sha256,
    durationMs,
    frames,
    storageKey,
    thumbnailKey,
    favourite,
  } = asset;
  const options = { ttlSeconds: linkLifeSeconds, mayBeOlder: true };
  return {
    id,
    kind,
    mime,
    width,
    height,
    bytes,
    sha256,
    ...(durationMs === null ? {} : { durationMs, ...rateOf(frames, durationMs) }),
    url: await storage.signedUrl(storageKey, { ...options, mime }),
    ...(thumbnailKey === null
      ? {}
      : { thumbnailUrl: await storage.signedUrl(thumbnailKey, { ...options, mime: 'image/webp' }) }),
    ...(favourite ? { favourite: true } : {}),
  };
}

/** Unknown for films that were stored before frames were counted. */
function rateOf(frames: number | null, durationMs: number): { fps?: number } {
  if (frames === null || durationMs === 0) return {};
  return { fps: Math.round((frames * 100_000) / durationMs) / 100 };
}
