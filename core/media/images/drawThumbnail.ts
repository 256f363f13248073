import type { Sharp } from 'sharp';
import { withPicture } from '../workLanes.ts';
import { openImage, openPixels, type Pixels } from './imageLibrary.ts';

export interface ThumbnailShape {
  /** The longer side at most. */
  boxPixels: number;
  /** WebP is smaller. JPEG is made in a third of the time, on white. */
  format: 'webp' | 'jpeg';
}

const quality = 80;
/** Of 6: a quarter of the usual time, for a sixth more bytes of the same likeness. */
const effort = 0;
/** Every stored object was checked against its own limit before. */
const mostPixels = 268_000_000;

/**
 * Upright, within a square, never enlarged.
 * @param fastShrinkOnLoad whether a JPEG may be made small while it is read, which does not read every pixel
 */
export const shrinkImage = (image: Sharp, boxPixels: number, fastShrinkOnLoad: boolean): Sharp =>
  image
    .autoOrient()
    .resize(boxPixels, boxPixels, { fit: 'inside', withoutEnlargement: true, fastShrinkOnLoad });

export const writeThumbnail = (small: Sharp, format: ThumbnailShape['format']): Promise<Buffer> =>
  format === 'webp'
    ? small.webp({ quality, effort }).toBuffer()
    : small.flatten({ background: 'white' }).jpeg({ quality }).toBuffer();

/** Of a picture that is read for this alone. */
export async function drawThumbnail(
  source: string | Buffer,
  { boxPixels, format }: ThumbnailShape,
  signal: AbortSignal,
): Promise<Buffer> {
  const { width, height } = await openImage(source, { mostPixels }).metadata();
  const draw = () => writeThumbnail(shrinkImage(openImage(source, { mostPixels }), boxPixels, true), format);
  return withPicture(width * height, draw, signal);
}

/** Of a picture that `shrinkImage` made small when it was proven. */
export const encodeThumbnail = (small: Pixels, format: ThumbnailShape['format']): Promise<Buffer> =>
  withPicture(small.raw.width * small.raw.height, () => writeThumbnail(openPixels(small), format));
