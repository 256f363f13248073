import { maxResultSide } from '../params/sizes.ts';
import type { InputImage, InputVideo } from '../workflow.ts';
import { frameMegapixels } from './video/sourceVideo.ts';

/** Below this a padded picture is mostly padding: the model works in squares of 16 pixels. */
const minSide = 16;
/** The model attends to all of a frame at once; beyond this a card of 24 GB has no room for the decoded picture. */
const maxResultPixels = 16_777_216;

/** Why SeedVR2 cannot enlarge frames of this size so many times; undefined when it can. */
export function findScaleFault(
  what: 'picture' | 'video',
  { width, height }: InputImage,
  scale: number,
): string | undefined {
  const size = `The ${what} is ${width} × ${height} pixels`;
  if (width < minSide || height < minSide) return `${size}; each side must be at least ${minSide}.`;
  if (Math.max(width, height) * scale > maxResultSide) {
    return `${size}; enlarged ${scale} times a side may be at most ${maxResultSide}. Use a smaller ${what}.`;
  }
  if (width * height * scale ** 2 <= maxResultPixels) return undefined;
  const allowed = Math.floor(maxResultPixels / scale ** 2 / 100_000) / 10;
  return `${size}; enlarged ${scale} times it may have at most ${allowed} megapixels. Use a smaller ${what}${scale > 2 ? ' or scale 2' : ''}.`;
}

/** ComfyUI holds all frames of the result in memory, several times: 12 bytes a pixel each. */
const maxFilmMegapixels = 500;

/** The same for a film, whose frames together are limited too. */
export function findFilmScaleFault(video: InputVideo, scale: number): string | undefined {
  const fault = findScaleFault('video', video, scale);
  const result = frameMegapixels(video) * scale ** 2;
  if (fault !== undefined || result <= maxFilmMegapixels) return fault;
  const frames = Math.floor((maxFilmMegapixels / result) * video.frames);
  return `The video has ${video.frames} frames of ${video.width} × ${video.height} pixels; enlarged ${scale} times it may have at most ${frames}. Use a shorter or smaller video${scale > 2 ? ' or scale 2' : ''}.`;
}
