import { withPicture } from '../workLanes.ts';
import { openImage } from './imageLibrary.ts';
import { probeImage } from './probeImage.ts';

/** It is read once more, and kept as small as an upload. */
const compressionLevel = 6;

/**
 * The colours of a picture with the transparency of a mask, which is brought to its size, as PNG.
 * @throws Problem everything `probeImage` throws.
 */
export async function putAlpha(
  picture: Buffer,
  maskFile: string,
  options: { mostPixels: number },
): Promise<Buffer> {
  const mask = await probeImage(maskFile, options);
  const upright = await withPicture(mask.width * mask.height, () =>
    openImage(picture, options).autoOrient().removeAlpha().png({ compressionLevel }).toBuffer(),
  );
  const { width, height } = await openImage(upright, options).metadata();
  return withPicture(width * height, async () => {
    const alpha = await openImage(maskFile, options)
      .autoOrient()
      .ensureAlpha()
      .extractChannel('alpha')
      .resize(width, height, { fit: 'fill' })
      .raw()
      .toBuffer();
    const raw = { width, height, channels: 1 } as const;
    return openImage(upright, options).joinChannel(alpha, { raw }).png({ compressionLevel }).toBuffer();
  });
}
