import { buffer } from 'node:stream/consumers';
import type { ShownAsset } from '@star-graph/core/library/assets/presentAsset';
import { createThumbnailOf, thumbnailBoxPixels } from '@star-graph/core/media/thumbnail';
import type { McpDeps } from './visit.ts';

/** A picture of the size of a thumbnail is sent as it is, up to this. */
const mostBytes = 400_000;

/**
 * What a model looks at: the thumbnail, or one made now where there is none yet, or a picture that is as small.
 * Undefined once the file is gone.
 */
export async function readSmallPicture(
  { storage, uploads: { tempDirectory } }: Pick<McpDeps, 'storage' | 'uploads'>,
  { storageKey, thumbnailKey, ...asset }: ShownAsset,
  signal: AbortSignal,
): Promise<{ data: string; mimeType: string } | undefined> {
  using kept = thumbnailKey === null ? undefined : await storage.open(thumbnailKey);
  if (kept) return present(await buffer(kept.stream), kept.mime);
  using whole = await storage.open(storageKey);
  if (!whole) return undefined;
  if (isSmall(asset)) return present(await buffer(whole.stream), whole.mime);
  // Somebody waits for it.
  const made = await createThumbnailOf(whole, { signal, tempDirectory, format: 'jpeg' });
  return present(made, 'image/jpeg');
}

const shownFormats = new Set(['image/png', 'image/jpeg', 'image/webp']);

const isSmall = ({
  mime,
  width,
  height,
  bytes,
  frames,
}: Pick<ShownAsset, 'mime' | 'width' | 'height' | 'bytes' | 'frames'>): boolean =>
  shownFormats.has(mime) &&
  (frames ?? 1) === 1 &&
  Math.max(width, height) <= thumbnailBoxPixels &&
  bytes <= mostBytes;

const present = (bytes: Buffer, mimeType: string) => ({ data: bytes.toString('base64'), mimeType });
