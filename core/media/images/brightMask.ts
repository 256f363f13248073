import { Problem } from '../../ground/errors.ts';
import { withPicture } from '../workLanes.ts';
import { openImage } from './imageLibrary.ts';
import { probeImage } from './probeImage.ts';

/** A mask that says by its brightness where a picture is drawn anew. */
export interface BrightMask {
  path: string;
  /** Whether dark parts are drawn anew. */
  isInverted: boolean;
}

/**
 * A mask as workflows take it, of the size of its picture: white where that is drawn anew.
 * @throws Problem `invalid-params` for a mask that leaves everything as it is; everything `probeImage` throws.
 */
export async function maskOfBrightness(
  { path, isInverted }: BrightMask,
  picture: string,
  options: { mostPixels: number },
): Promise<Buffer> {
  const [mask, { width, height }] = [await probeImage(path, options), await probeImage(picture, options)];
  return withPicture(Math.max(mask.width * mask.height, width * height), async () => {
    // Transparent counts as black, as in the picture that the person saw.
    const image = openImage(path, options).autoOrient().flatten({ background: '#000000' }).greyscale();
    const fitted = image.resize(width, height, { fit: 'fill' });
    if (isInverted) fitted.negate();
    const bytes = await fitted.png({ compressionLevel }).toBuffer();
    const { channels } = await openImage(bytes, options).stats();
    if (channels[0]?.max === 0)
      throw new Problem('invalid-params', 'The mask leaves everything as it is.', {
        errors: [{ pointer: '/mask', message: 'Make those parts white that shall be drawn anew.' }],
      });
    return bytes;
  });
}

/** It is read once more, and kept as small as an upload. */
const compressionLevel = 6;
