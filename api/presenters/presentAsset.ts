import type { Asset } from '@star-graph/core/db/models/asset';
import type { Storage } from '@star-graph/core/storage/storage';
import type { AssetView } from '../contract/assets.ts';

/** Links live for an hour: long enough to download, too short to be worth passing on. */
const linkLifeSeconds = 3_600;

export async function presentAsset(storage: Pick<Storage, 'signedUrl'>, asset: Asset): Promise<AssetView> {
  const { id, kind, mime, width, height, bytes, sha256, durationMs, storageKey, thumbnailKey } = asset;
  const ttlSeconds = linkLifeSeconds;
  return {
    id,
    kind,
    mime,
    width,
    height,
    bytes,
    sha256,
    ...(durationMs === null ? {} : { durationMs }),
    url: await storage.signedUrl(storageKey, { ttlSeconds, mime }),
    ...(thumbnailKey === null
      ? {}
      : { thumbnailUrl: await storage.signedUrl(thumbnailKey, { ttlSeconds, mime: 'image/webp' }) }),
  };
}
