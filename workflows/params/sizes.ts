import type { InputImage } from '../workflow.ts';

export interface BucketRule {
  /** Pixels the model was trained on. */
  area: number;
  multipleOf: number;
  minSide: number;
  maxSide: number;
}

/**
 * The size that a model draws at for a wanted aspect: both sides multiples of the rule's step, area near the rule's,
 * aspect as near as the step allows. Scaling to it squeezes the picture a little and crops nothing.
 */
export function findBucket(wanted: InputImage, rule: BucketRule): InputImage {
  const aspect = wanted.width / wanted.height;
  const idealWidth = Math.sqrt(rule.area * aspect);
  const idealHeight = Math.sqrt(rule.area / aspect);
  const error = (size: InputImage): number =>
    Math.abs(Math.log(size.width / size.height / aspect)) +
    Math.abs(Math.log((size.width * size.height) / rule.area)) / 4;
  let best: InputImage | undefined;
  for (const width of nearestSides(idealWidth, rule)) {
    for (const height of nearestSides(idealHeight, rule)) {
      const size = { width, height };
      if (!best || error(size) < error(best)) best = size;
    }
  }
  if (!best) throw new Error('a bucket rule allows no size');
  return best;
}

function nearestSides(ideal: number, { multipleOf, minSide, maxSide }: BucketRule): number[] {
  return [Math.floor(ideal / multipleOf), Math.ceil(ideal / multipleOf)].map((steps) =>
    Math.min(maxSide, Math.max(minSide, steps * multipleOf)),
  );
}

/** Requested sides; absent ones follow the picture. */
export interface AskedSize {
  width?: number | undefined;
  height?: number | undefined;
}

/** The size of a result: as requested, an absent side following the picture's aspect without a limit. */
export function resultSize({ width, height }: AskedSize, image: InputImage): InputImage {
  if (width !== undefined && height !== undefined) return { width, height };
  if (width !== undefined) return { width, height: sideFor((width * image.height) / image.width) };
  if (height !== undefined) return { width: sideFor((height * image.width) / image.height), height };
  return { width: image.width, height: image.height };
}

const sideFor = (pixels: number): number => Math.max(1, Math.round(pixels));

/** ImageScale's largest side, and ImageCrop's. */
export const maxResultSide = 16_384;

/** The limit of an enlarged picture: ComfyUI uses 12 bytes a pixel, and two copies exist while it is scaled. */
export const maxUpscaledPixels = 134_217_728;

/** The size itself, or the largest of the same shape within these limits. */
export function fitWithin(
  { width, height }: InputImage,
  { pixels, side = Number.POSITIVE_INFINITY }: { pixels: number; side?: number },
): InputImage {
  const ratio = Math.min(1, Math.sqrt(pixels / (width * height)), side / Math.max(width, height));
  const fit = (length: number) => (ratio === 1 ? length : Math.max(1, Math.floor(length * ratio)));
  return { width: fit(width), height: fit(height) };
}

export const megapixels = ({ width, height }: InputImage): number => (width * height) / 1_000_000;
