import { buffer } from 'node:stream/consumers';
import type { ShownAsset } from '@star-graph/core/assets/presentAsset';
import { createThumbnailOf } from '@star-graph/core/media/thumbnail';
import type { McpDeps } from '../visit.ts';

/** What a model looks at: the thumbnail, or one made now where there is none yet. Undefined once the file is gone. */
export async function readSmallPicture(
  { storage, uploads: { tempDirectory } }: Pick<McpDeps, 'storage' | 'uploads'>,
  { storageKey, thumbnailKey }: Pick<ShownAsset, 'storageKey' | 'thumbnailKey'>,
  signal: AbortSignal,
): Promise<{ data: string; mimeType: string } | undefined> {
  using kept = thumbnailKey === null ? undefined : await storage.open(thumbnailKey);
  if (kept) return present(await buffer(kept.stream), kept.mime);
  using whole = await storage.open(storageKey);
  if (!whole) return undefined;
  // Somebody waits for it.
  const made = await createThumbnailOf(whole, { signal, tempDirectory, format: 'jpeg' });
  return present(made, 'image/jpeg');
}

const present = (bytes: Buffer, mimeType: string) => ({ data: bytes.toString('base64'), mimeType });
