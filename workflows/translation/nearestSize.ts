import type { ParamSchema } from '../params/paramsMeta.ts';
import { findBucket } from '../params/sizes.ts';
import type { InputImage, Workflow } from '../workflow.ts';
import { nearestValue } from './nearestValue.ts';

/** The size itself if the workflow draws at it, else one of the workflow's usual area in the same aspect. */
export function nearestSize(
  { params, example }: Workflow,
  { width, height }: { width: ParamSchema; height: ParamSchema },
  size: InputImage,
): InputImage {
  const isTaken = params.safeParse({ ...example, width: size.width, height: size.height }).success;
  if (isTaken) return { width: size.width, height: size.height };
  const usual = { width: Number(width.default ?? size.width), height: Number(height.default ?? size.height) };
  const scaled = findBucket(size, {
    area: usual.width * usual.height,
    multipleOf: Math.max(width.multipleOf ?? 1, height.multipleOf ?? 1),
    minSide: Math.max(width.minimum ?? 1, height.minimum ?? 1),
    maxSide: Math.min(width.maximum ?? Infinity, height.maximum ?? Infinity),
  });
  return {
    width: Number(nearestValue(width, scaled.width)),
    height: Number(nearestValue(height, scaled.height)),
  };
}
