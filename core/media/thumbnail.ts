import { createWriteStream } from 'node:fs';
import { addAbortSignal } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { thumbnailKey } from '../ground/storage/keys.ts';
import type { OpenedObject, Storage } from '../ground/storage/storage.ts';
import { findFileType, isFilmType } from './fileType.ts';
import { pictureRoom } from './room/pictureRoom.ts';
import { mostHeldBytes } from './storeOutput.ts';
import { createTemporaryFile } from './temporaryFile.ts';
import { readPoster } from './videos/videoFile.ts';

interface ThumbnailOptions {
  signal: AbortSignal;
  /** The longer side at most. Default: that of a thumbnail. */
  boxPixels?: number;
  /** Default WebP, which is smaller. JPEG is made in a third of the time, on white. */
  format?: 'webp' | 'jpeg';
}

/** The longer side of a thumbnail. */
export const thumbnailBoxPixels = 512;

/** The picture, or the video's first frame, upright, within a square, never enlarged. */
export async function createThumbnail(file: string, options: ThumbnailOptions): Promise<Buffer> {
  const ext = await findFileType(file);
  const isFilm = isFilmType(ext);
  return shrink(isFilm ? await readPoster(file, ext, options) : file, options);
}

const shrink = (
  source: string | Buffer,
  { signal, boxPixels = thumbnailBoxPixels, format = 'webp' }: ThumbnailOptions,
): Promise<Buffer> => pictureRoom.run('thumbnail', { signal }, source, { boxPixels, format });

/** Makes and stores the thumbnail of a stored object. False if the object is gone. */
export async function storeThumbnail(
  deps: { storage: Pick<Storage, 'open' | 'put'> },
  asset: { id: string; key: string },
  options: ThumbnailOptions & { tempDirectory: string },
): Promise<boolean> {
  using opened = await deps.storage.open(asset.key);
  if (!opened) return false;
  const thumbnail = await createThumbnailOf(opened, options);
  await deps.storage.put(thumbnailKey(asset.id), thumbnail, { mime: 'image/webp', bytes: thumbnail.length });
  return true;
}

/** A small picture is read into memory, anything else into a file. */
export async function createThumbnailOf(
  { stream, bytes, mime }: OpenedObject,
  options: ThumbnailOptions & { tempDirectory: string },
): Promise<Buffer> {
  if (mime.startsWith('image/') && bytes <= mostHeldBytes)
    return shrink(await buffer(addAbortSignal(options.signal, stream)), options);
  await using copy = await createTemporaryFile(options.tempDirectory);
  await pipeline(stream, createWriteStream(copy.path, { flags: 'wx' }), { signal: options.signal });
  return await createThumbnail(copy.path, options);
}
