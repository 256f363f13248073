import type { Asset } from '../db/models/asset.ts';
import type { Storage } from '../storage/storage.ts';

/** The fields of an asset that clients see. */
export const shownFields = [
  'id',
  'kind',
  'mime',
  'width',
  'height',
  'bytes',
  'sha256',
  'durationMs',
  'frames',
  'storageKey',
  'thumbnailKey',
  'position',
  'favourite',
] as const satisfies (keyof Asset)[];

export type ShownAsset = Pick<Asset, (typeof shownFields)[number]>;

/** An asset in the public API, with signed links to its files. */
export interface AssetDocument
  extends Pick<Asset, 'id' | 'kind' | 'mime' | 'width' | 'height' | 'bytes' | 'sha256'> {
  durationMs?: number;
  fps?: number;
  url: string;
  thumbnailUrl?: string;
  favourite?: true;
}

/** Links last an hour: long enough to download, too short to pass on. */
const linkLifeSeconds = 3_600;

export async function presentAsset(
  storage: Pick<Storage, 'signedUrl'>,
  asset: ShownAsset,
): Promise<AssetDocument> {
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
