import { uploadMaxPixels } from '@star-graph/workflows/shared/uploadRules';
import type { MediaMime } from '../../ground/storage/mediaTypes.ts';
import { digestFile } from '../digestFile.ts';
import { pictureSandbox } from '../sandbox/pictureSandbox.ts';
import { createTemporaryFile } from '../temporaryFile.ts';
import type { ProbedImage } from './probeImage.ts';

/** The file to upload to a backend. Disposing removes it only if it was made for this purpose. */
interface PreparedImage extends AsyncDisposable {
  path: string;
  mime: MediaMime;
  ext: string;
  bytes: number;
  /** Of the bytes, for the name on the backend. */
  sha256: string;
}

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
    const mostPixels = options.mostPixels ?? uploadMaxPixels;
    const size = { pixels: probed.width * probed.height, mostPixels };
    await pictureSandbox.run('plainPng', { signal: options.signal }, file, temporary.path, size);
    return { ...temporary, mime: 'image/png', ext: 'png', ...(await digestFile(temporary.path)) };
  } catch (error) {
    await temporary[Symbol.asyncDispose]();
    throw error;
  }
}
