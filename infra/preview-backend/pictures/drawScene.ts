import type { SampleRecipe } from '../nodes/values.ts';
import type { MemoryPicture } from './picture.ts';
import type { PixelWorkers } from './pixelWorkers.ts';
import type { SceneRequest } from './scenes/plan.ts';

/** Larger scenes are drawn this large and enlarged: what they hold would not be finer. */
const mostPixels = 1_700_000;
/** Nothing can be seen in less. */
const leastSide = 16;

/** The scene that follows from a recipe, in the shape of the picture and not larger. */
export async function drawScene(
  { workers }: { workers: PixelWorkers },
  recipe: SampleRecipe,
  size: { width: number; height: number },
  { phase = 0, most = mostPixels } = {},
): Promise<MemoryPicture> {
  const shrink = Math.min(1, Math.sqrt(most / (size.width * size.height)));
  const width = Math.max(leastSide, Math.round(size.width * shrink));
  const height = Math.max(leastSide, Math.round(size.height * shrink));
  const rgb = await workers.run('scene', { request: requestOf(recipe), width, height, phase });
  return { width, height, channels: 3, pixels: Buffer.from(rgb.buffer) };
}

/** Seed and models lay a scene out, the words fill it, and the other settings change how it is painted. */
function requestOf(recipe: SampleRecipe): SceneRequest {
  const { prompt, negativePrompt, seed, model, loras, batchIndex, sampler, scheduler, steps, cfg } = recipe;
  return {
    prompt,
    negativePrompt,
    steps,
    cfg,
    layout: JSON.stringify([seed, batchIndex, model, loras]),
    texture: JSON.stringify([prompt, negativePrompt, sampler, scheduler, steps, cfg]),
  };
}
