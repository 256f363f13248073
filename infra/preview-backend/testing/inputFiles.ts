import sharp from 'sharp';
import { createRandom } from '../pictures/scenes/random.ts';

/** Under the names of big pictures the recorder sent noise; an answer shows how that began. */
const noiseStart = '4e7cbd02616adfd4ac1cf9ffe4e2028c';

/**
 * Bytes for a file that the recording names but does not hold. The same size means the same bytes, another size
 * other ones, as in the recordings.
 */
export async function inputFile(filename: string, recordedBytes: number): Promise<Buffer> {
  const random = createRandom(`${recordedBytes}`);
  if (filename.startsWith('garbage') || filename.endsWith('.txt')) {
    return Buffer.from(Array.from({ length: recordedBytes }, () => Math.floor(random() * 256)));
  }
  if (recordedBytes > 1_000_000) return Buffer.alloc(recordedBytes, noiseStart, 'hex');
  // The mask's alpha hides a part of it.
  const png = await picture(random, 128, filename.includes('mask') ? 4 : 3);
  return filename.startsWith('truncated') ? png.subarray(0, Math.floor(png.length / 2)) : png;
}

async function picture(random: () => number, side: number, channels: 3 | 4): Promise<Buffer> {
  const tints = [random() * 127, random() * 127, random() * 127];
  const pixels = Buffer.alloc(side * side * channels);
  for (let at = 0; at < pixels.length; at++) {
    const x = Math.floor(at / channels) % side;
    const tint = tints[at % channels];
    pixels[at] = tint === undefined ? (x < side / 2 ? 255 : 0) : x + tint;
  }
  return sharp(pixels, { raw: { width: side, height: side, channels } })
    .png()
    .toBuffer();
}
