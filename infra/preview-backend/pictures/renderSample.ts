import type { Latent, SampleRecipe } from '../nodes/values.ts';
import { drawScene } from './drawScene.ts';
import { writeLabel } from './label.ts';
import {
  loadPicture,
  type MemoryPicture,
  openPicture,
  type Picture,
  renderPicture,
  solidPicture,
} from './picture.ts';
import { isPlainFrame, renderFrame } from './renderFrame.ts';
import { type ResizeDeps, resizeInMemory } from './resizePicture.ts';
import { namesHour } from './scenes/words.ts';
import { findTextArea, type Rectangle } from './textArea.ts';

/** An edit is to look like its source, changed. */
const editedShare = 0.35;
/** Each further reference stands at the upper edge, this much of the picture wide. */
const thumbnailShare = 0.1;
/** How much what is drawn within a mask takes on the light around it, where the prompt names no hour. */
const surroundingShare = 0.7;
/** Of a control map, so that the scene is seen through it. */
const mapShare = 0.85;

type RenderDeps = ResizeDeps;
interface Size {
  width: number;
  height: number;
}

const instantPictures = new Map<string, MemoryPicture>();
const mostInstantPictures = 16;

/** What stands for every sampled picture of a size when the platform and not its pictures is measured. */
function findInstantPicture({ width, height }: Size): MemoryPicture {
  const key = `${width}x${height}`;
  const picture = instantPictures.get(key) ?? solidPicture(width, height, [96, 112, 144]);
  if (instantPictures.size >= mostInstantPictures) instantPictures.clear();
  instantPictures.set(key, picture);
  return picture;
}

/** Draws what a latent stands for, at exactly this size. */
export async function renderLatent(
  deps: RenderDeps,
  latent: Latent,
  size: Size,
  options: { labelled: boolean; instant?: boolean },
): Promise<MemoryPicture> {
  if (options.instant) return findInstantPicture(size);
  if (latent.kind === 'empty') return solidPicture(size.width, size.height, [118, 118, 118]);
  if (latent.kind === 'encoded') return fit(deps, latent.picture, size);
  return renderSample(deps, latent.recipe, size, options);
}

/**
 * The placeholder for what a diffusion model would have made: a scene that follows from prompt, seed and settings,
 * over the source picture as far as denoise and mask leave it, under the control maps, with a label in what is new.
 */
export async function renderSample(
  deps: RenderDeps,
  recipe: SampleRecipe,
  size: Size,
  { labelled }: { labelled: boolean },
): Promise<MemoryPicture> {
  if (isPlainFrame(recipe)) return renderFrame(deps, recipe, size, { labelled });
  let picture = await renderOverBase(deps, recipe, size);
  for (const control of recipe.controls) {
    const map = await fit(deps, control.picture, size);
    const overlay = await withAlpha(map, Math.min(1, control.strength) * mapShare);
    const layer = { input: overlay.pixels, raw: { ...size, channels: 4 as const }, blend: 'screen' as const };
    picture = await renderPicture(openPicture(picture).composite([layer]), 3);
  }
  if (!labelled) return picture;
  const area = await labelArea(deps, recipe, size);
  return area ? writeLabel(picture, area) : picture;
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

async function sceneOf(deps: RenderDeps, recipe: SampleRecipe, size: Size): Promise<MemoryPicture> {
  const phase = recipe.frame ? recipe.frame.index / recipe.frame.count : 0;
  return fit(deps, await drawScene(deps, recipe, size, { phase }), size);
}

async function renderOverBase(deps: RenderDeps, recipe: SampleRecipe, size: Size): Promise<MemoryPicture> {
  const { base, references, initPicture, noiseMask, denoise } = recipe;
  if (base.kind === 'empty') {
    const [source, ...others] = references ?? (initPicture ? [initPicture] : []);
    const scene = await sceneOf(deps, recipe, size);
    if (!source) return scene;
    return withThumbnails(await mix(deps, await fit(deps, source, size), scene, editedShare), others);
  }
  const below = await renderLatent(deps, base, size, { labelled: false });
  const share = Math.min(references ? editedShare : 1, Math.max(0, denoise));
  if (!noiseMask) return mix(deps, below, await sceneOf(deps, recipe, size), share);
  const mask = await fit(deps, noiseMask, size);
  return mix(deps, below, await sceneInMask(deps, recipe, mask), share, {
    mask,
    harmony: namesHour(recipe.prompt) ? 0 : surroundingShare,
  });
}

async function mix(
  { workers }: RenderDeps,
  base: MemoryPicture,
  scene: MemoryPicture,
  share: number,
  within?: { mask: MemoryPicture; harmony: number },
): Promise<MemoryPicture> {
  const pixels = await workers.run('mix', {
    base: base.pixels,
    scene: scene.pixels,
    share,
    ...(within && { mask: within.mask.pixels, harmony: within.harmony }),
  });
  return { ...base, channels: 3, pixels: Buffer.from(pixels.buffer) };
}

/** The whole scene in the box around what is selected, so that what was asked for is seen there. */
async function sceneInMask(
  deps: RenderDeps,
  recipe: SampleRecipe,
  mask: MemoryPicture,
): Promise<MemoryPicture> {
  const box = boxAround(mask);
  const inside = await sceneOf(deps, recipe, { width: box.width, height: box.height });
  const whole = solidPicture(mask.width, mask.height, [0, 0, 0]);
  for (let row = 0; row < box.height; row++) {
    const from = row * box.width * 3;
    inside.pixels.copy(
      whole.pixels,
      ((box.top + row) * mask.width + box.left) * 3,
      from,
      from + box.width * 3,
    );
  }
  return whole;
}

/** The smallest upright box that holds every selected pixel; the whole where none is. */
function boxAround({ width, height, pixels }: MemoryPicture): Rectangle {
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if ((pixels[y * width + x] as number) === 0) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = y;
    }
  }
  if (right < 0) return { left: 0, top: 0, width, height };
  return { left, top, width: right - left + 1, height: bottom - top + 1 };
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
