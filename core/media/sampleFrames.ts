import { findFileType } from './files/fileType.ts';
import { openImage } from './images/imageLibrary.ts';
import { probeVideo, readFrame, type VideoOptions } from './videos/videoFile.ts';
import { withPicture } from './workLanes.ts';

const mostPixels = 268_000_000;
/** Where in a film or an animation. */
const places = [0.1, 0.5, 0.9] as const;
/** No side is smaller: some libraries take no picture of one pixel. */
const leastPixels = 32;
const mostSidePixels = 512;

/**
 * What a classifier is shown of a picture, an animation or a film: one to three JPEGs, at most 512 pixels wide and high,
 * without metadata. What is transparent is shown on white, so that nothing hides in it.
 */
export async function sampleFrames(file: string, options: VideoOptions): Promise<Buffer[]> {
  const ext = await findFileType(file);
  if (ext === 'mp4' || ext === 'webm') {
    const { durationMs } = await probeVideo(file, ext, options);
    const films: Buffer[] = [];
    for (const place of places)
      films.push(await shrink(await readFrame(file, ext, place * durationMs, options), 0, options));
    return films;
  }
  const { pages = 1 } = await openImage(file, { mostPixels }).metadata();
  const shown = new Set(pages === 1 ? [0] : places.map((place) => Math.floor(place * pages)));
  const frames: Buffer[] = [];
  for (const page of shown) frames.push(await shrink(file, page, options));
  return frames;
}

async function shrink(source: string | Buffer, page: number, { signal }: VideoOptions): Promise<Buffer> {
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
