import { open } from 'node:fs/promises';
import { headBytes, typeOfHead } from '@star-graph/workflows/shared/mediaKinds';
import { type MediaExtension, mimeByExtension } from '../ground/storage/mediaTypes.ts';
import type { SoundExtension, VideoExtension } from './videos/videoFile.ts';

/** The type that a file claims by its first bytes; decoding checks the claim. Undefined: not one of our types. */
export async function findFileType(file: string): Promise<MediaExtension | undefined> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    return findType(buffer.subarray(0, bytesRead));
  } finally {
    await handle.close();
  }
}

/** The same for bytes at hand. */
export const findType = (bytes: Buffer): MediaExtension | undefined =>
  typeOfHead(bytes.toString('latin1', 0, headBytes));

export const isFilmType = (ext: MediaExtension | undefined): ext is VideoExtension =>
  ext !== undefined && mimeByExtension[ext].startsWith('video/');

export const isSoundType = (ext: MediaExtension | undefined): ext is SoundExtension =>
  ext !== undefined && mimeByExtension[ext].startsWith('audio/');

export const isPictureType = (ext: MediaExtension | undefined): boolean =>
  ext !== undefined && mimeByExtension[ext].startsWith('image/');
