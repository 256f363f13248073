import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';

/** A picture with something to see in it: a sky, a sun and a dark hill, which enlarging must keep. */
export function drawPicture(width: number, height: number): Sharp {
  const pixels = Buffer.alloc(width * height * 3);
  for (let index = 0; index < width * height; index++) {
    pixels.set(colourAt((index % width) / width, Math.floor(index / width) / height), index * 3);
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

/** Both from 0 to 1, from the top left. */
function colourAt(x: number, y: number): readonly [number, number, number] {
  const hill = 0.72 + 0.12 * Math.sin(x * 7) - 0.08 * Math.cos(x * 17);
  if (y > hill) return [31, 43, 36];
  if (Math.hypot((x - 0.7) * 4, (y - 0.42) * 3) < 0.4) return [255, 241, 201];
  return [43 + 190 * y, 79 + 90 * y, 129 + 10 * y];
}

export const jpegPicture = (width = 160, height = 120): Promise<Buffer> =>
  drawPicture(width, height).jpeg({ quality: 92 }).toBuffer();

/** The extension's own sample: a photo, reduced to 120 × 90. */
export const samplePicture = (): Promise<Buffer> =>
  readFile(join(import.meta.dirname, '../../public/sample/cat.jpg'));

export const drawnSvg = Buffer.from(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20" width="40" height="20"><path d="M0 0h20v20H0z" fill="#d43"/></svg>',
);

/** Two frames, the second the negative of the first. */
export async function animatedPicture(format: 'gif' | 'webp'): Promise<Buffer> {
  const frames = await Promise.all([
    drawPicture(80, 60).png().toBuffer(),
    drawPicture(80, 60).negate({ alpha: false }).png().toBuffer(),
  ]);
  return await sharp(frames, { join: { animated: true } })
    .toFormat(format, { delay: [200, 200] })
    .toBuffer();
}

export const stillAvif = (): Promise<Buffer> => drawPicture(80, 60).avif({ quality: 60 }).toBuffer();

/** As a camera held upright stores it: lying, with a word on how to turn it. Shown it is 60 wide and 80 high. */
export const turnedPicture = (): Promise<Buffer> =>
  drawPicture(80, 60).withMetadata({ orientation: 6 }).jpeg().toBuffer();

/** 8k. */
export const hugePicture = (): Promise<Buffer> =>
  drawPicture(160, 90).resize(7_680, 4_320, { kernel: 'nearest' }).jpeg().toBuffer();
