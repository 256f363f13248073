import { Problem } from '../../ground/errors.ts';
import { withPicture } from '../workLanes.ts';
import { openImage } from './imageLibrary.ts';
import { probeImage } from './probeImage.ts';

/**
 * A mask as workflows take it, white where the picture is drawn anew, of one whose transparent parts say so.
 * @throws Problem `invalid-params` for a mask that is nowhere transparent; everything `probeImage` throws.
 */
export async function maskOfAlpha(file: string, options: { mostPixels: number }): Promise<Buffer> {
  const { hasAlpha, width, height } = await probeImage(file, options);
  if (!hasAlpha) throw opaque();
  return withPicture(width * height, async () => {
    // All channels are turned over, of which the last is kept.
    const image = openImage(file, options).autoOrient().negate().extractChannel('alpha');
    const mask = await image.png({ compressionLevel }).toBuffer();
    const { channels } = await openImage(mask, options).stats();
    if (channels[0]?.max === 0) throw opaque();
    return mask;
  });
}

/** It is read once more, and kept as small as an upload. */
const compressionLevel = 6;

const opaque = () =>
  new Problem('invalid-params', 'The mask is nowhere transparent, so nothing would be drawn anew.', {
    errors: [{ pointer: '/mask', message: 'Make those parts transparent that shall be drawn anew.' }],
  });
