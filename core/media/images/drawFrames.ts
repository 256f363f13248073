import { framePlaces } from '../framePlaces.ts';
import { withPicture } from '../workLanes.ts';
import { openImage } from './imageLibrary.ts';

const mostPixels = 268_000_000;
/** No side is smaller: some libraries take no picture of one pixel. */
const leastPixels = 32;
const mostSidePixels = 512;

/** One frame of a picture, three of an animation. See `sampleFrames`. */
export async function drawFrames(source: string | Buffer, signal: AbortSignal): Promise<Buffer[]> {
  const { pages = 1 } = await openImage(source, { mostPixels }).metadata();
  const shown = new Set(pages === 1 ? [0] : framePlaces.map((place) => Math.floor(place * pages)));
  const frames: Buffer[] = [];
  for (const page of shown) frames.push(await shrink(source, page, signal));
  return frames;
}

async function shrink(source: string | Buffer, page: number, signal: AbortSignal): Promise<Buffer> {
  const { width, height } = await openImage(source, { mostPixels, page }).metadata();
  const draw = () =>
    openImage(source, { mostPixels, page })
      .autoOrient()
      .flatten({ background: 'white' })
      .resize(sideOf(width, height), sideOf(height, width), { fit: 'fill' })
      .jpeg({ quality: 90 })
      .toBuffer();
  return withPicture(width * height, draw, signal);
}

/** Upright or not, the sides keep their proportion nearly: the network squeezes the picture into a square anyway. */
const sideOf = (side: number, other: number): number =>
  Math.max(leastPixels, Math.round(side * Math.min(1, mostSidePixels / Math.max(side, other))));
