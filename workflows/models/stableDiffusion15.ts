import {
  type AskedSize,
  type BucketRule,
  findBucket,
  maxResultSide,
  megapixels,
  resultSize,
} from '../params/sizes.ts';
import type { InputImage } from '../workflow.ts';

/**
 * Stable Diffusion 1.5 was trained on 512 × 512 pixels and draws doubled subjects far above that. Its latent has a
 * cell for 8 × 8 pixels.
 */
const trainedArea = 512 * 512;
const bucketRule: BucketRule = { area: trainedArea, multipleOf: 8, minSide: 128, maxSide: 2048 };

/** The size the model draws at for a wanted size. */
export const drawingSize = (wanted: InputImage): InputImage => findBucket(wanted, bucketRule);

/**
 * The priced area of a drawing at the model's own area: the real size differs by rounding, and a larger picture must
 * not be cheaper.
 */
export const drawingMegapixels = trainedArea / 1_000_000;

/** A picture with a shorter side shows too little to draw from. */
export const minSourceSide = 32;
const maxResultPixels = 64_000_000;

/** @returns a sentence for the person when the picture is too small to draw from. */
export function findSourceFault(image: InputImage): string | undefined {
  if (Math.min(image.width, image.height) >= minSourceSide) return undefined;
  return `The picture is ${image.width} × ${image.height} pixels; each side must be at least ${minSourceSide}.`;
}

/**
 * Checks the image of a parameter and the size that follows from it: a side without a value follows the image.
 * @returns a sentence for the person, or undefined when the sizes are fine.
 */
export function findSizeFault(asked: AskedSize, image: InputImage): string | undefined {
  const sourceFault = findSourceFault(image);
  if (sourceFault) return sourceFault;
  const result = resultSize(asked, image);
  if (
    Math.max(result.width, result.height) > maxResultSide ||
    result.width * result.height > maxResultPixels
  ) {
    return `The result would be ${result.width} × ${result.height} pixels; give a smaller width and height.`;
  }
  return undefined;
}

/**
 * The size of a picture that is drawn at its result's size: as requested, an absent side following the image's
 * aspect, and near the model's own area without both.
 */
export function drawnSize(asked: AskedSize, image: InputImage): InputImage {
  if (asked.width === undefined && asked.height === undefined) return drawingSize(image);
  const { width, height } = resultSize(asked, image);
  const toStep = (side: number): number => Math.max(8, Math.round(side / 8) * 8);
  return { width: toStep(width), height: toStep(height) };
}

/** Megapixels of `drawnSize` for pricing. */
export function drawnMegapixels(asked: AskedSize, image: InputImage): number {
  const followsImage = asked.width === undefined && asked.height === undefined;
  return followsImage ? drawingMegapixels : megapixels(drawnSize(asked, image));
}
