import type { Asset } from '../../ground/db/models/asset.ts';
import type { Storage } from '../../ground/storage/storage.ts';

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
  'fps',
  'storageKey',
  'thumbnailKey',
  'position',
  'favourite',
  'soundCodec',
  'soundRate',
  'soundChannels',
  'waveform',
  'nodeId',
  'text',
] as const satisfies (keyof Asset)[];

type RareField = 'fps' | 'soundCodec' | 'soundRate' | 'soundChannels' | 'waveform' | 'nodeId' | 'text';

/** Without the fields of sound it has none; without a rate, its length and frames say it. */
export type ShownAsset = Pick<Asset, Exclude<(typeof shownFields)[number], RareField>> &
  Partial<Pick<Asset, RareField>>;

/** An asset in the public API, with signed links to its files. */
interface AssetDocument
  extends Pick<Asset, 'id' | 'kind' | 'mime' | 'width' | 'height' | 'bytes' | 'sha256'> {
  durationMs?: number;
  fps?: number;
  text?: string;
  sound?: { codec: string; sampleRate: number; channels: number };
  waveform?: string;
  url: string;
  thumbnailUrl?: string;
  favourite?: true;
}

/** Links last an hour: long enough to download, too short to pass on. */
const linkLifeSeconds = 3_600;

export async function presentAsset(
  storage: Pick<Storage, 'signedUrl'>,
  asset: ShownAsset,
  { ofDeleted = false } = {},
): Promise<AssetDocument> {
  const { id, kind, mime, width, height, bytes, sha256, durationMs, storageKey, thumbnailKey, favourite } =
    asset;
  const options = { ttlSeconds: linkLifeSeconds, mayBeOlder: true, ofDeleted };
  return {
    id,
    kind,
    mime,
    width,
    height,
    bytes,
    sha256,
    ...(durationMs === null ? {} : { durationMs, ...rateOf(asset, durationMs) }),
    ...soundOf(asset),
    ...(asset.waveform ? { waveform: asset.waveform } : {}),
    ...(typeof asset.text === 'string' ? { text: asset.text } : {}),
    url: await storage.signedUrl(storageKey, { ...options, mime }),
    ...(thumbnailKey === null
      ? {}
      : { thumbnailUrl: await storage.signedUrl(thumbnailKey, { ...options, mime: 'image/webp' }) }),
    ...(favourite ? { favourite: true } : {}),
  };
}

function soundOf({
  soundCodec: codec,
  soundRate: sampleRate,
  soundChannels: channels,
}: ShownAsset): Pick<AssetDocument, 'sound'> {
  const isHeard = typeof codec === 'string' && typeof sampleRate === 'number' && typeof channels === 'number';
  return isHeard ? { sound: { codec, sampleRate, channels } } : {};
}

/** Unknown for films that were stored before frames were counted. */
function rateOf({ frames, fps }: Pick<ShownAsset, 'frames' | 'fps'>, durationMs: number): { fps?: number } {
  if (typeof fps === 'number') return { fps: Math.round(fps * 100) / 100 };
  if (frames === null || durationMs === 0) return {};
  return { fps: Math.round((frames * 100_000) / durationMs) / 100 };
}
