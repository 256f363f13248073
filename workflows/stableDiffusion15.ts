import { type BucketRule, findBucket, maxResultSide, resultSize } from './sizes.ts';
import type { InputImage } from './workflow.ts';

/**
 * Stable Diffusion 1.5 was trained on 512 × 512 pixels and draws doubled subjects far above that. Its latent has a
 * cell for 8 × 8 pixels.
 */
const bucketRule: BucketRule = { area: 512 * 512, multipleOf: 8, minSide: 128, maxSide: 2048 };

/** The size the model draws at for a wanted size. */
export const drawingSize = (wanted: InputImage): InputImage => findBucket(wanted, bucketRule);

const minSide = 32;
const maxResultPixels = 64_000_000;

interface AskedSize {
  width?: number | undefined;
  height?: number | undefined;
}

/**
 * The image of a parameter and the result that follows from it: a side that was not asked for follows the image.
 * @returns a sentence for the person, or undefined when the sizes are fine.
 */
export function findSizeFault(asked: AskedSize, image: InputImage): string | undefined {
  if (image.width < minSide || image.height < minSide) {
    return `The picture is ${image.width} × ${image.height} pixels; each side must be at least ${minSide}.`;
  }
  const result = resultSize(asked, image);
  if (
    Math.max(result.width, result.height) > maxResultSide ||
    result.width * result.height > maxResultPixels
  ) {
    return `The result would be ${result.width} × ${result.height} pixels; give a smaller width and height.`;
  }
  return undefined;
}
