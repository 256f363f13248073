import { fitWithin, maxResultSide } from '@star-graph/workflows/params/sizes';
import { uploadMaxPixels } from '@star-graph/workflows/shared/uploadRules';

export type Size = Parameters<typeof fitWithin>[0];

/** The largest size of the same shape that the server takes. */
export const fitSize = (size: Size): Size =>
  fitWithin(size, { pixels: uploadMaxPixels, side: maxResultSide });
