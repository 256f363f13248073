import { createWriteStream } from 'node:fs';
import { addAbortSignal } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { thumbnailKey } from '../storage/keys.ts';
import type { OpenedObject, Storage } from '../storage/storage.ts';
import { findFileType } from './files/fileType.ts';
import { createTemporaryFile } from './files/temporaryFile.ts';
import { openImage } from './images/imageLibrary.ts';
import { mostHeldBytes } from './storeOutput.ts';
import { readPoster } from './videos/videoFile.ts';
import { withPicture } from './workLanes.ts';

export interface ThumbnailOptions {
  signal: AbortSignal;
  /** The longer side at most. Default: that of a thumbnail. */
  boxPixels?: number;
  /** Default WebP, which is smaller. JPEG is made in a third of the time, on white. */
  format?: 'webp' | 'jpeg';
}

/** The longer side of a thumbnail. */
export const thumbnailBoxPixels = 512;
const quality = 80;
/** Every stored object was checked against its own limit before. */
const mostPixels = 268_000_000;

/** The picture, or the video's first frame, upright, within a square, never enlarged. */
export async function createThumbnail(file: string, options: ThumbnailOptions): Promise<Buffer> {
  const ext = await findFileType(file);
  const isFilm = ext === 'mp4' || ext === 'webm';
  return shrink(isFilm ? await readPoster(file, ext, options) : file, options);
}

async function shrink(source: string | Buffer, options: ThumbnailOptions): Promise<Buffer> {
  const { boxPixels = thumbnailBoxPixels, format = 'webp' } = options;
  const { width, height } = await openImage(source, { mostPixels }).metadata();
  const draw = () => {
    const small = openImage(source, { mostPixels })
      .autoOrient()
      .resize(boxPixels, boxPixels, { fit: 'inside', withoutEnlargement: true });
    return format === 'webp'
      ? small.webp({ quality }).toBuffer()
      : small.flatten({ background: 'white' }).jpeg({ quality }).toBuffer();
  };
  return withPicture(width * height, draw, options.signal);
}

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
