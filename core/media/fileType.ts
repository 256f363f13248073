import { open } from 'node:fs/promises';
import { type MediaExtension, mimeByExtension } from '../ground/storage/mediaTypes.ts';
import type { SoundExtension, VideoExtension } from './videos/videoFile.ts';

const headBytes = 16;

/** ISO base media files that are not videos: pictures in the same box structure. */
const pictureBrands = ['avif', 'avis', 'heic', 'heix', 'hevc', 'mif1', 'msf1'];

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

function typeOfHead(head: string): MediaExtension | undefined {
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'png';
  if (head.startsWith('\xff\xd8\xff')) return 'jpg';
  if (head.startsWith('RIFF') && head.slice(8, 12) === 'WEBP') return 'webp';
  if (head.startsWith('GIF87a') || head.startsWith('GIF89a')) return 'gif';
  if (head.startsWith('\x1aE\xdf\xa3')) return 'webm';
  if (head.startsWith('fLaC')) return 'flac';
  if (head.startsWith('OggS')) return 'ogg';
  if (head.startsWith('RIFF') && head.slice(8, 12) === 'WAVE') return 'wav';
  if (head.startsWith('glTF')) return 'glb';
  if (head.startsWith('ID3') || /^\xff[\xe2-\xe7\xf2-\xf7\xfa-\xff]/.test(head)) return 'mp3';
  if (head.slice(4, 8) !== 'ftyp') return undefined;
  const brand = head.slice(8, 12);
  if (!pictureBrands.includes(brand)) return 'mp4';
  return brand.startsWith('avi') ? 'avif' : undefined;
}
