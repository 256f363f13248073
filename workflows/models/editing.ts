import { findFollowingFault } from '../params/askedSize.ts';
import { type AskedSize, type BucketRule, findBucket, megapixels, resultSize } from '../params/sizes.ts';
import type { InputImage, WorkflowParams } from '../workflow.ts';
import { minSourceSide } from './stableDiffusion15.ts';

/** A megapixel is what today's editing models were trained on; sides in steps of the model's own cells. */
const trainedArea = 1024 * 1024;
const maxAspect = 4;

/**
 * The priced area of a picture at the model's own area: the real size differs by rounding, and a larger picture must
 * not be cheaper.
 */
export const seenMegapixels = trainedArea / 1_000_000;

/** For requested sides, and for one that follows the first picture. */
export const editLimits = { min: 256, max: 2048, maxPixels: 4_194_304 };

const bucketRule = (multipleOf: number): BucketRule => ({
  area: trainedArea,
  multipleOf,
  minSide: 1024 / Math.sqrt(maxAspect),
  maxSide: 1024 * Math.sqrt(maxAspect),
});

/** The size at which the model sees a picture: a megapixel in the picture's own aspect. */
export const seenSize = (image: InputImage, multipleOf: number): InputImage =>
  findBucket(image, bucketRule(multipleOf));

/** The size of the result: as requested, an absent side following the first picture; without both as it is seen. */
export function editedSize(asked: AskedSize, image: InputImage, multipleOf: number): InputImage {
  if (asked.width === undefined && asked.height === undefined) return seenSize(image, multipleOf);
  const { width, height } = resultSize(asked, image);
  const toStep = (side: number): number => Math.max(multipleOf, Math.round(side / multipleOf) * multipleOf);
  return { width: toStep(width), height: toStep(height) };
}

/** Of the pictures that the params name, the first is `image`. */
export function requireFirst<I extends InputImage>({ image }: Record<string, I>): I {
  if (!image) throw new Error('an edit needs its picture to be bound and priced');
  return image;
}

/** How many pictures the params name: `image`, `image2` and so on. */
export const countPictures = (params: WorkflowParams): number =>
  Object.entries(params).filter(([name, value]) => /^image\d*$/.test(name) && value !== undefined).length;

/** Megapixels that every step works on: the result, and each picture beside it. */
export function editedMegapixels(result: InputImage, pictures: number): number {
  return megapixels(result) + pictures * seenMegapixels;
}

/** Faults of the pictures that the params name, and of a side that follows the first. */
export function checkEdit(
  params: WorkflowParams & AskedSize,
  images: Record<string, InputImage>,
  multipleOf: number,
): readonly { pointer: string; message: string }[] {
  const faults = Object.entries(images).flatMap(([name, image]) => {
    const message = params[name] === undefined ? undefined : findPictureFault(image);
    return message ? [{ pointer: `/${name}`, message }] : [];
  });
  if (faults.length > 0) return faults;
  const { width, height } = params;
  if ((width === undefined) === (height === undefined)) return [];
  const asked = width === undefined ? 'height' : 'width';
  const result = editedSize(params, requireFirst(images), multipleOf);
  const message = findFollowingFault(asked, result, editLimits);
  return message ? [{ pointer: `/${asked}`, message }] : [];
}

function findPictureFault({ width, height }: InputImage): string | undefined {
  const shown = `The picture is ${width} × ${height} pixels`;
  if (Math.min(width, height) < minSourceSide) {
    return `${shown}; each side must be at least ${minSourceSide}.`;
  }
  if (Math.max(width, height) > maxAspect * Math.min(width, height)) {
    return `${shown}; the longer side may be at most ${maxAspect} times the shorter one. Cut it first.`;
  }
  return undefined;
}
