import { createReadStream, createWriteStream } from 'node:fs';
import { copyFile, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Asset } from '../../ground/db/models/asset.ts';
import { findExtensionOfKey, shareKey } from '../../ground/storage/keys.ts';
import { type MediaExtension, mimeByExtension } from '../../ground/storage/mediaTypes.ts';
import type { Storage } from '../../ground/storage/storage.ts';
import { cleanBody, cleanObj } from '../../media/bodies.ts';
import { isFilmType, isPictureType, isSoundType } from '../../media/fileType.ts';
import { createTemporaryFile } from '../../media/temporaryFile.ts';
import { createThumbnail, createThumbnailOf } from '../../media/thumbnail.ts';
import { rewriteSound, rewriteVideo } from '../../media/videos/videoFile.ts';

/** Large enough for any screen; what is shared is for looking at. */
const boxPixels = 2_048;

export interface CopyDeps {
  storage: Pick<Storage, 'open' | 'put'>;
  uploads: { tempDirectory: string };
}

/**
 * Stores what the holders of a share see: pixels and sound, without the metadata in which an upload may tell a place,
 * and a result its prompt. Of a film its first frame too; a text is itself.
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
  const ext = findExtensionOfKey(asset.storageKey);
  if (isPictureType(ext)) {
    await putPicture(await createThumbnailOf(opened, options));
    return mimeByExtension.webp;
  }
  if (ext === undefined) return undefined;
  await using received = await createTemporaryFile(tempDirectory);
  await using clean = await createTemporaryFile(tempDirectory);
  await pipeline(opened.stream, createWriteStream(received.path), { signal });
  await writeClean(received.path, clean.path, ext, signal);
  if (isFilmType(ext)) await putPicture(await createThumbnail(clean.path, options));
  const mime = mimeByExtension[ext];
  const { size: bytes } = await stat(clean.path);
  await storage.put(shareKey(shareId, ext), createReadStream(clean.path), { mime, bytes });
  return mime;
}

async function writeClean(
  file: string,
  target: string,
  ext: MediaExtension,
  signal: AbortSignal,
): Promise<void> {
  if (isFilmType(ext)) await rewriteVideo(file, target, ext, '', { signal });
  else if (isSoundType(ext)) await rewriteSound(file, target, ext, '', { signal });
  else if (ext === 'glb') await pipeline(await cleanBody(file, ''), createWriteStream(target), { signal });
  else if (ext === 'obj') await pipeline(cleanObj(file, ''), createWriteStream(target), { signal });
  else await copyFile(file, target);
}
