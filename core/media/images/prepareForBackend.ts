import type { MediaMime } from '../../storage/mediaTypes.ts';
import { digestFile } from '../files/digestFile.ts';
import { createTemporaryFile } from '../files/temporaryFile.ts';
import { withPicture } from '../workLanes.ts';
import { isWorkTimeout, openImage, slowImageProblem } from './imageLibrary.ts';
import { defaultMostPixels, type ProbedImage } from './probeImage.ts';

/** The file to upload to a backend. Disposing removes it only if it was made for this purpose. */
export interface PreparedImage extends AsyncDisposable {
  path: string;
  mime: MediaMime;
  ext: string;
  bytes: number;
  /** Of the bytes, for the name on the backend. */
  sha256: string;
}

/** Fast and some percent larger than the best: the file lives for one upload on the local network. */
const compressionLevel = 2;

/**
 * One upright frame, 8-bit sRGB, nothing embedded. ComfyUI would rotate by EXIF itself but ignores colour profiles,
 * misreads CMYK and 16 bits, and takes every frame of an animation as a batch. A plain file is passed on untouched;
 * others become a PNG in `tempDirectory`.
 */
export async function prepareForBackend(
  file: string,
  probed: ProbedImage,
  options: { tempDirectory: string; mostPixels?: number; signal?: AbortSignal },
): Promise<PreparedImage> {
  if (probed.isPlain && probed.ext !== 'avif') {
    const digest = await digestFile(file);
    return {
      path: file,
      mime: probed.mime,
      ext: probed.ext,
      ...digest,
      [Symbol.asyncDispose]: async () => {},
    };
  }
  const temporary = await createTemporaryFile(options.tempDirectory, '.png');
  try {
    const mostPixels = options.mostPixels ?? defaultMostPixels;
    const write = () => writePlainPng(file, temporary.path, mostPixels);
    await withPicture(probed.width * probed.height, write, options.signal);
    return { ...temporary, mime: 'image/png', ext: 'png', ...(await digestFile(temporary.path)) };
  } catch (error) {
    await temporary[Symbol.asyncDispose]();
    throw isWorkTimeout(error) ? slowImageProblem(error) : error;
  }
}

/** The library writes 8-bit sRGB: it applies the file's profile, or its own for CMYK, and does not keep it. */
async function writePlainPng(file: string, target: string, mostPixels: number): Promise<void> {
  await openImage(file, { mostPixels }).autoOrient().png({ compressionLevel }).toFile(target);
}
