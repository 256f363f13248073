import { withPicture } from '../workLanes.ts';
import { isWorkTimeout, openImage, slowImageProblem } from './imageLibrary.ts';

/** Fast and some percent larger than the best: the file lives for one upload on the local network. */
const compressionLevel = 2;

/** The library writes 8-bit sRGB: it applies the file's profile, or its own for CMYK, and does not keep it. */
export async function writePlainPng(
  file: string,
  target: string,
  { pixels, mostPixels }: { pixels: number; mostPixels: number },
  signal: AbortSignal,
): Promise<void> {
  const write = async () => {
    await openImage(file, { mostPixels }).autoOrient().png({ compressionLevel }).toFile(target);
  };
  try {
    await withPicture(pixels, write, signal);
  } catch (error) {
    throw isWorkTimeout(error) ? slowImageProblem(error) : error;
  }
}
