import type { SampleRecipe } from '../nodes/values.ts';
import { type MemoryPicture, openPicture } from './picture.ts';
import { renderSample } from './renderSample.ts';
import type { ResizeDeps } from './resize/resizePicture.ts';

/** The quality with which ComfyUI encodes its previews. */
const comfyQuality = 95;

const previewSide = 512;

/** What a sampler's previews clear up to, drawn once for all its steps. */
const clearPictures = new WeakMap<SampleRecipe, Promise<MemoryPicture>>();

/** A latent preview: the picture at this step in a box of 512 pixels, as ComfyUI scales it up or down. */
export async function renderPreview(
  deps: ResizeDeps,
  recipe: SampleRecipe,
  progress: { step: number; steps: number; isGrainy?: boolean },
): Promise<Buffer> {
  const scale = previewSide / Math.max(recipe.width, recipe.height);
  const size = {
    width: Math.max(1, Math.round(recipe.width * scale)),
    height: Math.max(1, Math.round(recipe.height * scale)),
  };
  const drawn = clearPictures.get(recipe) ?? renderSample(deps, recipe, size, { labelled: false });
  clearPictures.set(recipe, drawn);
  const picture = await drawn;
  // Early steps look like what they are: mostly noise, here a blur that clears.
  const left = 1 - progress.step / progress.steps;
  const blurred = left > 0 ? openPicture(picture).blur(0.3 + left * left * 24) : openPicture(picture);
  if (!progress.isGrainy) return blurred.jpeg({ quality: 85 }).toBuffer();
  const grain = { width: size.width, height: size.height, channels: 3 as const, background: '#000' };
  const noise = { type: 'gaussian' as const, mean: 128, sigma: 12 + left * 18 };
  return blurred
    .composite([{ input: { create: { ...grain, noise } }, blend: 'soft-light' }])
    .jpeg({ quality: comfyQuality })
    .toBuffer();
}
