import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { thumbnailKey } from '../storage/keys.ts';
import type { Storage } from '../storage/storage.ts';
import { findFileType } from './files/fileType.ts';
import { createTemporaryFile } from './files/temporaryFile.ts';
import { openImage } from './images/imageLibrary.ts';
import { readPoster } from './videos/videoFile.ts';
import { withPicture } from './workLanes.ts';

export interface ThumbnailOptions {
  signal: AbortSignal;
}

const boxPixels = 512;
const quality = 80;
/** Every stored object was checked against its own limit before. */
const mostPixels = 268_000_000;

/** WebP of the picture, or of the video's first frame, upright, within 512 × 512, never enlarged. */
export async function createThumbnail(file: string, options: ThumbnailOptions): Promise<Buffer> {
  const ext = await findFileType(file);
  const source = ext === 'mp4' || ext === 'webm' ? await readPoster(file, ext, options) : file;
  const { width, height } = await openImage(source, { mostPixels }).metadata();
  const shrink = () =>
    openImage(source, { mostPixels })
      .autoOrient()
      .resize(boxPixels, boxPixels, { fit: 'inside', withoutEnlargement: true })
      .webp({ quality })
      .toBuffer();
  return withPicture(width * height, shrink, options.signal);
}

/** Makes and stores the thumbnail of a stored object. False if the object is gone. */
export async function storeThumbnail(
  deps: { storage: Pick<Storage, 'open' | 'put'> },
  asset: { id: string; key: string },
  options: ThumbnailOptions & { tempDirectory: string },
): Promise<boolean> {
  using opened = await deps.storage.open(asset.key);
  if (!opened) return false;
  await using copy = await createTemporaryFile(options.tempDirectory);
  await pipeline(opened.stream, createWriteStream(copy.path, { flags: 'wx' }), { signal: options.signal });
  const thumbnail = await createThumbnail(copy.path, options);
  await deps.storage.put(thumbnailKey(asset.id), thumbnail, { mime: 'image/webp', bytes: thumbnail.length });
  return true;
}
