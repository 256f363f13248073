import type { Latent, SampleRecipe } from '../nodes/values.ts';
import { drawSmallArt } from './drawSmallArt.ts';
import { labelOverlay } from './label/label.ts';
import { findTextArea, type Rectangle } from './label/textArea.ts';
import { labelOf } from './labelOf.ts';
import {
  loadPicture,
  type MemoryPicture,
  openPicture,
  type Picture,
  renderPicture,
  solidPicture,
} from './picture.ts';
import { isPlainFrame, motionShare, renderFrame } from './renderFrame.ts';
import { type ResizeDeps, resizeInMemory } from './resize/resizePicture.ts';

/** An edit is to look like its source, changed. */
const editedShare = 0.35;
/** Each further reference stands at the upper edge, this much of the picture wide. */
const thumbnailShare = 0.1;

type RenderDeps = ResizeDeps;
interface Size {
  width: number;
  height: number;
}

/** What stands for every sampled picture when the platform and not its pictures is measured. */
const instantPicture = solidPicture(64, 64, [96, 112, 144]);

/** Draws what a latent stands for, at exactly this size. */
export async function renderLatent(
  deps: RenderDeps,
  latent: Latent,
  size: Size,
  options: { labelled: boolean; instant?: boolean },
): Promise<MemoryPicture> {
  if (options.instant) return instantPicture;
  if (latent.kind === 'empty') return solidPicture(size.width, size.height, [118, 118, 118]);
  if (latent.kind === 'encoded') return fit(deps, latent.picture, size);
  return renderSample(deps, latent.recipe, size, options);
}

/**
 * The placeholder for what a diffusion model would have made: art that follows from prompt, seed and settings,
 * over the source picture as far as denoise and mask leave it, under the control maps, with a label in what is new.
 */
export async function renderSample(
  deps: RenderDeps,
  recipe: SampleRecipe,
  size: Size,
  { labelled }: { labelled: boolean },
): Promise<MemoryPicture> {
  if (isPlainFrame(recipe)) return renderFrame(deps, recipe, size, { labelled });
  const art = await renderArt(deps, recipe, size);
  let picture = await blendOverBase(deps, recipe, size, art);
  for (const control of recipe.controls) {
    const map = await fit(deps, control.picture, size);
    const overlay = await withAlpha(map, Math.min(1, control.strength) * 0.85);
    const layer = { input: overlay.pixels, raw: { ...size, channels: 4 as const }, blend: 'screen' as const };
    picture = await renderPicture(openPicture(picture).composite([layer]), 3);
  }
  if (!labelled) return picture;
  const area = await labelArea(deps, recipe, size);
  const label = area ? await labelOverlay(size.width, area, labelOf(recipe)) : [];
  return renderPicture(openPicture(picture).composite(label), 3);
}

/** A graph may keep only what the mask selects, so the label stands wholly inside it; null where it selects nothing. */
async function labelArea(
  deps: RenderDeps,
  { noiseMask }: SampleRecipe,
  size: Size,
): Promise<Rectangle | null> {
  if (!noiseMask) return { left: 0, top: 0, ...size };
  const { pixels } = await fit(deps, noiseMask, size);
  const most = pixels.reduce((highest, value) => Math.max(highest, value), 0);
  return findTextArea(size, (at) => (pixels[at] ?? 0) > most / 2);
}

async function renderArt(deps: RenderDeps, recipe: SampleRecipe, size: Size): Promise<MemoryPicture> {
  const phase = recipe.frame ? (recipe.frame.index / recipe.frame.count) * motionShare(recipe) : 0;
  return fit(deps, await drawSmallArt(deps, recipe, size, phase), size);
}

async function blendOverBase(
  deps: RenderDeps,
  recipe: SampleRecipe,
  size: Size,
  art: MemoryPicture,
): Promise<MemoryPicture> {
  const isEdit = recipe.references !== undefined;
  if (recipe.base.kind === 'empty') {
    const [source, ...others] = recipe.references ?? (recipe.initPicture ? [recipe.initPicture] : []);
    if (!source) return art;
    const edited = overlay(await fit(deps, source, size), await withAlpha(art, editedShare));
    return withThumbnails(await edited, others);
  }
  const base = await renderLatent(deps, recipe.base, size, { labelled: false });
  const share = Math.min(isEdit ? editedShare : 1, Math.max(0, recipe.denoise));
  if (!recipe.noiseMask) return overlay(base, await withAlpha(art, share));
  const mask = await fit(deps, recipe.noiseMask, size);
  const alpha = Buffer.from(mask.pixels.map((value) => value * share));
  const masked = openPicture(art).joinChannel(alpha, { raw: { ...size, channels: 1 } });
  return overlay(base, await renderPicture(masked, 4));
}

/** Shows that each further reference has arrived. */
async function withThumbnails(picture: MemoryPicture, others: readonly Picture[]): Promise<MemoryPicture> {
  const side = Math.floor(Math.min(picture.width, picture.height) * thumbnailShare);
  if (others.length === 0 || side < 1) return picture;
  const square = { width: side, height: side };
  const layers = await Promise.all(
    others.map(async (other, index) => {
      const small = openPicture(other)
        .removeAlpha()
        .resize({ ...square, fit: 'cover' });
      return {
        input: await small.png().toBuffer(),
        left: Math.min(index * side, picture.width - side),
        top: 0,
      };
    }),
  );
  return renderPicture(openPicture(picture).composite(layers), 3);
}

function overlay(base: MemoryPicture, layer: MemoryPicture): Promise<MemoryPicture> {
  const { width, height } = base;
  const input = { input: layer.pixels, raw: { width, height, channels: 4 as const } };
  return renderPicture(openPicture(base).composite([input]), 3);
}

/** The picture with the same alpha everywhere, 0-1. */
function withAlpha(picture: Picture, share: number): Promise<MemoryPicture> {
  const { width, height } = picture;
  const alpha = Buffer.alloc(width * height, Math.round(Math.min(1, Math.max(0, share)) * 255));
  return renderPicture(openPicture(picture).joinChannel(alpha, { raw: { width, height, channels: 1 } }), 4);
}

async function fit(deps: ResizeDeps, picture: Picture, size: Size): Promise<MemoryPicture> {
  if (picture.width === size.width && picture.height === size.height && picture.channels !== 4) {
    return loadPicture(picture);
  }
  const flat = picture.channels === 4 ? await renderPicture(openPicture(picture), 3) : picture;
  return resizeInMemory(deps, flat, size, 'bicubic');
}

/** A latent preview: the picture at this step in a box of 512 pixels, as ComfyUI scales it up or down. */
export async function renderPreview(
  deps: RenderDeps,
  recipe: SampleRecipe,
  progress: { step: number; steps: number; isGrainy?: boolean },
): Promise<Buffer> {
  const scale = previewSide / Math.max(recipe.width, recipe.height);
  const size = {
    width: Math.max(1, Math.round(recipe.width * scale)),
    height: Math.max(1, Math.round(recipe.height * scale)),
  };
  const picture = await renderSample(deps, recipe, size, { labelled: false });
  // Early steps look like what they are: mostly noise, here a blur that clears.
  const left = 1 - progress.step / progress.steps;
  const blurred = left > 0 ? openPicture(picture).blur(0.3 + left * 24) : openPicture(picture);
  if (!progress.isGrainy) return blurred.jpeg({ quality: 85 }).toBuffer();
  const grain = { width: size.width, height: size.height, channels: 3 as const, background: '#000' };
  const noise = { type: 'gaussian' as const, mean: 128, sigma: 12 + left * 18 };
  return blurred
    .composite([{ input: { create: { ...grain, noise } }, blend: 'soft-light' }])
    .jpeg({ quality: comfyQuality })
    .toBuffer();
}

/** With which ComfyUI encodes its previews. */
const comfyQuality = 95;

const previewSide = 512;
