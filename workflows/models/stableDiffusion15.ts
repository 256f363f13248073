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
 * What a drawing at the model's own area is priced by: the real size differs from it by rounding, and a picture
 * must not become cheaper by being asked for larger.
 */
export const drawingMegapixels = trainedArea / 1_000_000;

/** A picture with a side shorter than this shows too little to draw from. */
export const minSourceSide = 32;
const maxResultPixels = 64_000_000;

/** @returns a sentence for the person when the picture is too small to draw from. */
export function findSourceFault(image: InputImage): string | undefined {
  if (Math.min(image.width, image.height) >= minSourceSide) return undefined;
  return `The picture is ${image.width} × ${image.height} pixels; each side must be at least ${minSourceSide}.`;
}

/**
 * The image of a parameter and the result that follows from it: a side that was not asked for follows the image.
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
 * The size of a picture that is drawn at the size of the result: as asked, an absent side following the image's
 * aspect, and near the model's own area when neither was asked for.
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
