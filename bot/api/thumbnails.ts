import type { AssetView } from '@star-graph/contract/assets/assets';
import type { RawFile } from 'discord.js';
import type { Logger } from 'pino';

interface ThumbnailDeps {
  fetch: typeof fetch;
  log: Logger;
}

const downloadTimeoutMs = 5_000;
/** Larger files are not thumbnails. */
const largestBytes = 500_000;

/**
 * Copies of assets' thumbnails, to be attached, so that Discord need not reach the API. A thumbnail that is missing
 * or cannot be read in time is left out.
 * @returns the copies by asset id.
 */
export async function fetchThumbnails(
  deps: ThumbnailDeps,
  assets: readonly AssetView[],
): Promise<ReadonlyMap<string, RawFile>> {
  const files = await Promise.all(assets.map((asset) => fetchThumbnail(deps, asset)));
  return new Map(files.flatMap((file, index) => (file && assets[index] ? [[assets[index].id, file]] : [])));
}

async function fetchThumbnail(
  { fetch: send, log }: ThumbnailDeps,
  { id, thumbnailUrl }: AssetView,
): Promise<RawFile | undefined> {
  if (thumbnailUrl === undefined) return undefined;
  try {
    const response = await send(thumbnailUrl, { signal: AbortSignal.timeout(downloadTimeoutMs) });
    const data = response.ok ? Buffer.from(await response.arrayBuffer()) : undefined;
    if (data === undefined || data.length > largestBytes) {
      log.info({ assetId: id, status: response.status, bytes: data?.length }, 'a thumbnail is left out');
      return undefined;
    }
    return { name: `${id.slice(-12)}.webp`, data, contentType: 'image/webp' };
  } catch (err) {
    log.info({ err, assetId: id }, 'a thumbnail could not be read');
    return undefined;
  }
}
