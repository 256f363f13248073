import { createWriteStream } from 'node:fs';
import { addAbortSignal } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { thumbnailKey } from '../ground/storage/keys.ts';
import type { OpenedObject, Storage } from '../ground/storage/storage.ts';
import { findFileType, isFilmType } from './fileType.ts';
import { mostHeldBytes, thumbnailBoxPixels } from './pictures.ts';
import { pictureSandbox } from './sandbox/pictureSandbox.ts';
import { createTemporaryFile } from './temporaryFile.ts';
import { readPoster } from './videos/videoFile.ts';

interface ThumbnailOptions {
  signal: AbortSignal;
  /** The longer side at most. Default: that of a thumbnail. */
  boxPixels?: number;
  /** Default WebP, which is smaller. JPEG is made in a third of the time, on white. */
  format?: 'webp' | 'jpeg';
}

/** The picture, or the video's first frame, upright, within a square, never enlarged; or what a body looks like. */
export async function createThumbnail(file: string, options: ThumbnailOptions): Promise<Buffer> {
  const ext = await findFileType(file);
  if (ext === 'glb') return drawBodyOf(file, options);
  const isFilm = isFilmType(ext);
  return shrink(isFilm ? await readPoster(file, ext, options) : file, options);
}

/** What a body looks like: nothing in the bytes of a written one tells that it is one. */
export const drawBodyOf = (file: string, options: ThumbnailOptions): Promise<Buffer> =>
  pictureSandbox.run('body', options, file, shapeOf(options));

const shrink = (source: string | Buffer, options: ThumbnailOptions): Promise<Buffer> =>
  pictureSandbox.run('thumbnail', options, source, shapeOf(options));

const shapeOf = ({ boxPixels = thumbnailBoxPixels, format = 'webp' }: ThumbnailOptions) => ({
  boxPixels,
  format,
});

/**
 * Stores the thumbnail of a stored object. False if the object is gone.
 * @param drawn absent: it is drawn from the object
 */
export async function storeThumbnail(
  deps: { storage: Pick<Storage, 'open' | 'put'> },
  asset: { id: string; key: string },
  options: ThumbnailOptions & { tempDirectory: string },
  drawn?: Buffer,
): Promise<boolean> {
  const thumbnail = drawn ?? (await drawStored(deps, asset.key, options));
  if (!thumbnail) return false;
  await deps.storage.put(thumbnailKey(asset.id), thumbnail, { mime: 'image/webp', bytes: thumbnail.length });
  return true;
}

async function drawStored(
  { storage }: { storage: Pick<Storage, 'open'> },
  key: string,
  options: ThumbnailOptions & { tempDirectory: string },
): Promise<Buffer | undefined> {
  using opened = await storage.open(key);
  return opened && (await createThumbnailOf(opened, options));
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
