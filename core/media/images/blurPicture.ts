import { openImage } from './imageLibrary.ts';

/** Of a picture of ours that is at most so large. */
export const blurPicture = (
  picture: Buffer,
  { boxPixels, sigma }: { boxPixels: number; sigma: number },
): Promise<Buffer> =>
  openImage(picture, { mostPixels: boxPixels ** 2 })
    .blur(sigma)
    .webp({ quality: 60 })
    .toBuffer();
