import { fitWithin, maxResultSide, maxUpscaledPixels } from '@star-graph/workflows/params/sizes';
import { uploadMaxPixels } from '@star-graph/workflows/shared/uploadRules';
import type { WorkFacts } from '../../runs/work.ts';

/** The size to send: the picture's own, or the largest of its shape that the server accepts. */
export function fitToServer(
  size: { width: number; height: number },
  work: WorkFacts,
): { width: number; height: number } {
  const scale = work.workflow === 'upscale' ? (work.scale ?? 2) : 1;
  if (scale === 1) return fitWithin(size, { pixels: uploadMaxPixels });
  const pixels = Math.min(uploadMaxPixels, maxUpscaledPixels / scale ** 2);
  return fitWithin(size, { pixels, side: maxResultSide / scale });
}
