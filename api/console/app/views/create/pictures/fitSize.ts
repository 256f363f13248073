import { maxResultSide, uploadMaxPixels } from '@star-graph/workflows/params/sizes';

export interface Size {
  width: number;
  height: number;
}

/** The largest size of the same shape that the server takes. */
export function fitSize({ width, height }: Size): Size {
  const ratio = Math.min(
    1,
    Math.sqrt(uploadMaxPixels / (width * height)),
    maxResultSide / Math.max(width, height),
  );
  const fit = (side: number) => Math.max(1, Math.floor(side * ratio));
  return ratio === 1 ? { width, height } : { width: fit(width), height: fit(height) };
}
