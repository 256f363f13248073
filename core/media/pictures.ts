import { uploadMaxPixels } from '@star-graph/workflows/shared/uploadRules';
import type { BrightMask } from './images/brightMask.ts';
import type { ProbedImage } from './images/probeImage.ts';
import type { Encoding } from './pictureFormats.ts';
import { pictureSandbox } from './sandbox/pictureSandbox.ts';
import type { ToldOfResult } from './sandbox/pictureWork.ts';

interface ReadOptions {
  /** Larger ones are refused by the header, before decoding. Default: 64 megapixels. */
  mostPixels?: number;
  signal?: AbortSignal | undefined;
}

/**
 * Decides the type by content and checks the bytes by decoding the first frame. Throws `unsupported-media` for a
 * damaged picture or another content, and `too-large` for more than `mostPixels`, which the header alone decides.
 */
export const probeImage = (file: Buffer | string, options: ReadOptions = {}): Promise<ProbedImage> =>
  pictureSandbox.run('probe', { signal: options.signal }, file, pixelsOf(options));

/** Most pictures are smaller and go from socket to storage without a file. */
export const mostHeldBytes = 8 * 1_024 * 1_024;

/** The longer side of a thumbnail. */
export const thumbnailBoxPixels = 512;
/** Until then a result is published and fetched: drawing would compete with that for the processor. */
export const afterResultMs = 250;

/**
 * Proves a result and draws its thumbnail, from one decoding. The header comes as soon as it is read. `proof` resolves
 * when the bytes are decoded, and rejects as `probeImage`. The signal ends that; the thumbnail comes a moment later, or
 * rejects, which says nothing of the picture once that is proven.
 */
export async function beginResult(
  file: Buffer | string,
  options: ReadOptions,
): Promise<{ image: ProbedImage; proof: Promise<void>; thumbnail: Promise<Buffer> }> {
  const header = Promise.withResolvers<ProbedImage>();
  const whole = Promise.withResolvers<void>();
  const stop = new AbortController();
  const leave = () => stop.abort(options.signal?.reason);
  const tell = (told: unknown) => {
    const known = told as ToldOfResult;
    if ('image' in known) header.resolve(known.image);
    else whole.resolve();
  };
  options.signal?.throwIfAborted();
  options.signal?.addEventListener('abort', leave, { once: true });
  const shape = { boxPixels: thumbnailBoxPixels, format: 'webp', pauseMs: afterResultMs } as const;
  const thumbnail = pictureSandbox.run('result', { signal: stop.signal, tell }, file, {
    ...pixelsOf(options),
    ...shape,
  });
  thumbnail.catch((error: unknown) => {
    header.reject(error);
    whole.reject(error);
  });
  const proof = whole.promise.finally(() => options.signal?.removeEventListener('abort', leave));
  // Its reader may come later than its end.
  proof.catch(() => undefined);
  return { image: await header.promise, proof, thumbnail };
}

/** See `images/encodePicture.ts`. */
export const encodePicture = (file: Buffer, encoding: Encoding): Promise<Buffer> =>
  pictureSandbox.run('encode', {}, file, encoding);

/** See `images/fitPreview.ts`. */
export const fitPreview = (bytes: Buffer, limitBytes: number): Promise<Buffer> =>
  pictureSandbox.run('preview', {}, bytes, limitBytes);

/** See `images/putAlpha.ts`. */
export const putAlpha = (picture: Buffer, maskFile: string, options: ReadOptions): Promise<Buffer> =>
  pictureSandbox.run('alpha', { signal: options.signal }, picture, maskFile, pixelsOf(options));

/** See `images/alphaMask.ts`. */
export const maskOfAlpha = (file: string, options: ReadOptions): Promise<Buffer> =>
  pictureSandbox.run('alphaMask', { signal: options.signal }, file, pixelsOf(options));

/** See `images/brightMask.ts`. */
export const maskOfBrightness = (mask: BrightMask, picture: string, options: ReadOptions): Promise<Buffer> =>
  pictureSandbox.run('brightMask', { signal: options.signal }, mask, picture, pixelsOf(options));

const pixelsOf = ({ mostPixels = uploadMaxPixels }: ReadOptions) => ({ mostPixels });
