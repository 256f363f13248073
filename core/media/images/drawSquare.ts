import { openImage } from './imageLibrary.ts';

/** Raw colours of a picture squeezed into a square, as a network takes them. */
export const drawSquare = (picture: Buffer, side: number): Promise<Buffer> =>
  openImage(picture, { mostPixels: 1_048_576 })
    .resize({ width: side, height: side, fit: 'fill' })
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer();
