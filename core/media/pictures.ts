import type { BrightMask } from './images/brightMask.ts';
import type { ProbedImage } from './images/probeImage.ts';
import type { Encoding } from './pictureFormats.ts';
import { defaultMostPixels } from './pictureLimits.ts';
import { pictureRoom } from './room/pictureRoom.ts';

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
  pictureRoom.run('probe', { signal: options.signal }, file, pixelsOf(options));

/** What the header says, as soon as it is read. `proof` resolves when the bytes are decoded, and rejects as `probeImage`. */
export async function beginProbe(
  file: Buffer | string,
  options: ReadOptions,
): Promise<{ image: ProbedImage; proof: Promise<void> }> {
  const header = Promise.withResolvers<ProbedImage>();
  const tell = (image: unknown) => header.resolve(image as ProbedImage);
  const proven = pictureRoom.run('probe', { signal: options.signal, tell }, file, pixelsOf(options));
  proven.catch(header.reject);
  const proof = proven.then(() => undefined);
  // Its reader may come later than its end.
  proof.catch(() => undefined);
  return { image: await header.promise, proof };
}

/** See `images/encodePicture.ts`. */
export const encodePicture = (file: Buffer, encoding: Encoding): Promise<Buffer> =>
  pictureRoom.run('encode', {}, file, encoding);

/** See `images/fitPreview.ts`. */
export const fitPreview = (bytes: Buffer, limitBytes: number): Promise<Buffer> =>
  pictureRoom.run('preview', {}, bytes, limitBytes);

/** See `images/putAlpha.ts`. */
export const putAlpha = (picture: Buffer, maskFile: string, options: ReadOptions): Promise<Buffer> =>
  pictureRoom.run('alpha', { signal: options.signal }, picture, maskFile, pixelsOf(options));

/** See `images/alphaMask.ts`. */
export const maskOfAlpha = (file: string, options: ReadOptions): Promise<Buffer> =>
  pictureRoom.run('alphaMask', { signal: options.signal }, file, pixelsOf(options));

/** See `images/brightMask.ts`. */
export const maskOfBrightness = (mask: BrightMask, picture: string, options: ReadOptions): Promise<Buffer> =>
  pictureRoom.run('brightMask', { signal: options.signal }, mask, picture, pixelsOf(options));

const pixelsOf = ({ mostPixels = defaultMostPixels }: ReadOptions) => ({ mostPixels });
