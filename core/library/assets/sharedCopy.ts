import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Asset } from '../../ground/db/models/asset.ts';
import { findMimeOfKey, shareKey } from '../../ground/storage/keys.ts';
import type { Storage } from '../../ground/storage/storage.ts';
import { createTemporaryFile } from '../../media/temporaryFile.ts';
import { createThumbnail, createThumbnailOf } from '../../media/thumbnail.ts';
import { rewriteVideo, type VideoExtension } from '../../media/videos/videoFile.ts';

/** Large enough for any screen; what is shared is for looking at. */
const boxPixels = 2_048;

export interface CopyDeps {
  storage: Pick<Storage, 'open' | 'put'>;
  uploads: { tempDirectory: string };
}

/**
 * Stores what the holders of a share see: pixels and sound, without the metadata in which an upload may tell a place,
 * and a result its prompt. Of a film its first frame too.
 * @returns the copy's type; undefined if the asset's object is gone
 */
export async function storeSharedCopy(
  { storage, uploads: { tempDirectory } }: CopyDeps,
  asset: Pick<Asset, 'storageKey'>,
  shareId: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  using opened = await storage.open(asset.storageKey);
  if (!opened) return undefined;
  const options = { signal, boxPixels, tempDirectory };
  const putPicture = (body: Buffer) =>
    storage.put(shareKey(shareId, 'webp'), body, { mime: 'image/webp', bytes: body.length });
  const film = filmOf(asset.storageKey);
  if (film === undefined) {
    await putPicture(await createThumbnailOf(opened, options));
    return 'image/webp';
  }
  await using received = await createTemporaryFile(tempDirectory);
  await using clean = await createTemporaryFile(tempDirectory);
  await pipeline(opened.stream, createWriteStream(received.path), { signal });
  await rewriteVideo(received.path, clean.path, film, '', { signal });
  await putPicture(await createThumbnail(clean.path, options));
  const mime = `video/${film}`;
  const { size: bytes } = await stat(clean.path);
  await storage.put(shareKey(shareId, film), createReadStream(clean.path), { mime, bytes });
  return mime;
}

function filmOf(storageKey: string): VideoExtension | undefined {
  const mime = findMimeOfKey(storageKey);
  if (mime === 'video/mp4') return 'mp4';
  return mime === 'video/webm' ? 'webm' : undefined;
}
