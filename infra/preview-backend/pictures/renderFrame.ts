import type { OverlayOptions, Sharp } from 'sharp';
import type { SampleRecipe } from '../nodes/values.ts';
import { drawSmallArt } from './drawSmallArt.ts';
import { labelOverlay } from './label/label.ts';
import { labelOf } from './labelOf.ts';
import { type MemoryPicture, openPicture, type Picture, renderPicture } from './picture.ts';
import { type ResizeDeps, resizeInMemory } from './resize/resizePicture.ts';

interface Size {
  width: number;
  height: number;
}

/** SVD's motion bucket where a graph sets none. */
const usualMotion = 127;

/** How far a video moves, from its motion bucket. */
export function motionShare(recipe: SampleRecipe): number {
  return 0.12 * Math.min(3, (recipe.motion ?? usualMotion) / usualMotion);
}

/** From this part of a film on, its last picture shows through. */
const endingFrom = 0.6;
/** Opacity of the art over a picture that is set in motion. */
const overMotion = 0.16;

/** Whether the quick way is right: nothing is drawn under a map or within a mask. */
export function isPlainFrame({ frame, controls, noiseMask, base }: SampleRecipe): boolean {
  return frame !== null && controls.length === 0 && !noiseMask && base.kind !== 'sampled';
}

/**
 * One frame of a film. There are hundreds of them, so libvips enlarges in one go what single pictures get in ComfyUI's
 * way, half a pixel apart, and all frames share one label, with a bar that grows along its lower edge.
 */
export async function renderFrame(
  deps: ResizeDeps,
  recipe: SampleRecipe,
  size: Size,
  { labelled }: { labelled: boolean },
): Promise<MemoryPicture> {
  const { index, count } = recipe.frame ?? { index: 0, count: 1 };
  const art = await drawSmallArt(deps, recipe, size, (index / count) * motionShare(recipe));
  const backdrop = await backdropOf(deps, recipe, size);
  const layers: OverlayOptions[] = [];
  if (backdrop) {
    const share = recipe.initPicture || recipe.lastPicture ? overMotion : recipe.denoise;
    layers.push(await layerOf(art, size, share));
  }
  const ending = count > 1 ? (index / (count - 1) - endingFrom) / (1 - endingFrom) : 0;
  if (recipe.lastPicture && recipe.initPicture && ending > 0) {
    layers.push(await layerOf(await fitOnce(deps, recipe.lastPicture, size), size, ending));
  }
  if (labelled) layers.push(...(await labelOnce(recipe, size)), barAt(size, (index + 1) / count));
  const ground = backdrop ?? openPicture(art).resize({ ...size, fit: 'fill', kernel: 'cubic' });
  const drawn = await renderPicture(ground, 3);
  return layers.length === 0 ? drawn : renderPicture(openPicture(drawn).composite(layers), 3);
}

/** What the art lies on; null where it is the whole frame. */
async function backdropOf(deps: ResizeDeps, recipe: SampleRecipe, size: Size): Promise<Sharp | null> {
  const source = recipe.initPicture ?? recipe.lastPicture;
  if (source) return moveCamera(await fitOnce(deps, source, size), recipe, size);
  if (recipe.base.kind !== 'encoded') return null;
  const { picture } = recipe.base;
  return openPicture(picture)
    .removeAlpha()
    .resize({ ...size, fit: 'fill', kernel: 'cubic' });
}

/** A slow push into the picture, drifting sideways. */
function moveCamera(fitted: MemoryPicture, recipe: SampleRecipe, size: Size): Sharp {
  const { index, count } = recipe.frame ?? { index: 0, count: 1 };
  const zoom = 1 + motionShare(recipe) * (count > 1 ? index / (count - 1) : 0);
  const width = Math.max(1, Math.round(size.width / zoom));
  const height = Math.max(1, Math.round(size.height / zoom));
  const left = Math.floor((size.width - width) * 0.7);
  const top = Math.floor((size.height - height) / 2);
  const window = openPicture(fitted).extract({ left, top, width, height });
  return window.resize({ ...size, fit: 'fill', kernel: 'cubic' });
}

/** The same picture again for every frame of a film. */
const fittedPictures = new WeakMap<Picture, { size: Size; fitted: Promise<MemoryPicture> }>();

function fitOnce(deps: ResizeDeps, picture: Picture, size: Size): Promise<MemoryPicture> {
  const known = fittedPictures.get(picture);
  if (known && known.size.width === size.width && known.size.height === size.height) return known.fitted;
  const fitted = renderPicture(openPicture(picture), 3).then((flat) =>
    resizeInMemory(deps, flat, size, 'bicubic', 'center'),
  );
  fittedPictures.set(picture, { size: { ...size }, fitted });
  return fitted;
}

async function layerOf(picture: Picture, size: Size, share: number): Promise<OverlayOptions> {
  const opacity = Math.min(1, Math.max(0, share));
  const enlarged = openPicture(picture)
    .resize({ ...size, fit: 'fill', kernel: 'cubic' })
    .ensureAlpha(opacity);
  return { input: await enlarged.raw().toBuffer(), raw: { ...size, channels: 4 } };
}

let lastLabel: { key: string; overlay: Promise<OverlayOptions[]> } | undefined;

function labelOnce(recipe: SampleRecipe, size: Size): Promise<OverlayOptions[]> {
  const text = labelOf(recipe);
  const key = JSON.stringify([size.width, size.height, text]);
  if (lastLabel?.key !== key) {
    lastLabel = { key, overlay: labelOverlay(size.width, { left: 0, top: 0, ...size }, text) };
  }
  return lastLabel.overlay;
}

const barHeight = 3;

function barAt({ width, height }: Size, share: number): OverlayOptions {
  const shape = { width: Math.max(1, Math.round(width * share)), height: Math.min(barHeight, height) };
  const background = { r: 255, g: 255, b: 255, alpha: 0.8 };
  return { input: { create: { ...shape, channels: 4, background } }, left: 0, top: height - shape.height };
}
