import type { SampleRecipe } from '../nodes/values.ts';
import type { MemoryPicture } from './picture.ts';
import type { PixelWorkers } from './workers/pixelWorkers.ts';

/** The art is drawn this coarsely and enlarged: it has no finer features. */
const artSide = 256;

/** The art that follows from a recipe, in the shape of the picture and much smaller. */
export async function drawSmallArt(
  deps: { workers: PixelWorkers },
  recipe: SampleRecipe,
  size: { width: number; height: number },
  phase: number,
): Promise<MemoryPicture> {
  const shrink = Math.min(1, artSide / Math.max(size.width, size.height));
  const width = Math.max(1, Math.round(size.width * shrink));
  const height = Math.max(1, Math.round(size.height * shrink));
  const { seed, prompt, negativePrompt, steps, cfg, sampler, scheduler, model, loras, batchIndex } = recipe;
  const settings = [seed, prompt, negativePrompt, steps, cfg, sampler, scheduler, model, loras, batchIndex];
  const rgb = await deps.workers.run('art', { seedText: JSON.stringify(settings), width, height, phase });
  return { width, height, channels: 3, pixels: Buffer.from(rgb.buffer) };
}
