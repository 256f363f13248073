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
  if (kept) return present(await buffer(kept.stream));
  using whole = await storage.open(storageKey);
  return whole && present(await createThumbnailOf(whole, { signal, tempDirectory }));
}

const present = (bytes: Buffer) => ({ data: bytes.toString('base64'), mimeType: 'image/webp' });
