import { maxResultSide, maxUpscaledPixels, uploadMaxPixels } from '@star-graph/workflows/params/sizes';
import type { WorkFacts } from '../../runs/work.ts';

/** The size to send: the picture's own, or the largest of its shape that the server accepts. */
export function fitToServer(
  size: { width: number; height: number },
  work: WorkFacts,
): { width: number; height: number } {
  const scale = work.workflow === 'upscale' ? (work.scale ?? 2) : 1;
  const maxPixels = scale === 1 ? uploadMaxPixels : Math.min(uploadMaxPixels, maxUpscaledPixels / scale ** 2);
  const maxSide = scale === 1 ? Number.POSITIVE_INFINITY : maxResultSide / scale;
  const factor = Math.min(
    1,
    Math.sqrt(maxPixels / (size.width * size.height)),
    maxSide / Math.max(size.width, size.height),
  );
  if (factor === 1) return { width: size.width, height: size.height };
  return { width: Math.floor(size.width * factor), height: Math.floor(size.height * factor) };
}
