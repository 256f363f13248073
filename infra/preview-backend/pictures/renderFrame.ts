import type { OverlayOptions, Sharp } from 'sharp';
import type { SampleRecipe } from '../nodes/values.ts';
import { drawScene } from './drawScene.ts';
import { labelBox, writeLabel } from './label.ts';
import { type MemoryPicture, openPicture, type Picture, renderPicture } from './picture.ts';
import { type ResizeDeps, resizeInMemory } from './resizePicture.ts';

interface Size {
  width: number;
  height: number;
}

/** SVD's motion bucket where a graph sets none. */
const usualMotion = 127;

/** How far a video moves, from its motion bucket. */
function motionShare(recipe: SampleRecipe): number {
  return 0.12 * Math.min(3, (recipe.motion ?? usualMotion) / usualMotion);
}

/** From this part of a film on, its last picture shows through. */
const endingFrom = 0.6;
/** How much of its scene's colours a picture takes on that is set in motion. */
const gradedShare = 0.12;
/** Pixels of a scene that only lends its colours. */
const colourPixels = 128 * 128;

/**
 * Whether the quick way is right: nothing is drawn under a map or within a mask. A second pass over a film that was given
 * its first picture stays that picture, too.
 */
export function isPlainFrame({ frame, controls, noiseMask, base, initPicture }: SampleRecipe): boolean {
  const isAnew = base.kind !== 'sampled' || initPicture !== undefined;
  return frame !== null && controls.length === 0 && !noiseMask && isAnew;
}

/**
 * One frame of a film. There are hundreds of them, so libvips enlarges in one go what single pictures get in ComfyUI's
 * way, half a pixel apart, and all frames have one label.
 */
export async function renderFrame(
  deps: ResizeDeps,
  recipe: SampleRecipe,
  size: Size,
  { labelled }: { labelled: boolean },
): Promise<MemoryPicture> {
  const { index, count } = recipe.frame ?? { index: 0, count: 1 };
  let drawn = await groundOf(deps, recipe, size);
  const ending = count > 1 ? (index / (count - 1) - endingFrom) / (1 - endingFrom) : 0;
  if (recipe.lastPicture && recipe.initPicture && ending > 0) {
    const layer = await layerOf(await fitOnce(deps, recipe.lastPicture, size), size, ending);
    drawn = await renderPicture(openPicture(drawn).composite([layer]), 3);
  }
  return labelled ? writeLabel(drawn, { left: 0, top: 0, ...size }) : drawn;
}

/** The scene at this frame, or what the film was given with as much of the scene as it is to have. */
async function groundOf(deps: ResizeDeps, recipe: SampleRecipe, size: Size): Promise<MemoryPicture> {
  const { index, count } = recipe.frame ?? { index: 0, count: 1 };
  const phase = index / count;
  const backdrop = await backdropOf(deps, recipe, size);
  if (!backdrop) {
    const scene = await drawScene(deps, recipe, size, { phase });
    if (scene.width === size.width && scene.height === size.height) return scene;
    return renderPicture(openPicture(scene).resize({ ...size, fit: 'fill', kernel: 'cubic' }), 3);
  }
  const base = await renderPicture(backdrop, 3);
  const isMoved = recipe.initPicture !== undefined || recipe.lastPicture !== undefined;
  const share = isMoved ? gradedShare : Math.min(1, Math.max(0, recipe.denoise));
  const scene = await (isMoved
    ? drawScene(deps, recipe, size, { most: colourPixels })
    : drawScene(deps, recipe, size, { phase }));
  const pixels = await deps.workers.run('mix', { base: base.pixels, scene: scene.pixels, share });
  return { ...base, pixels: Buffer.from(pixels.buffer) };
}

/** What the scene is mixed into; null where it is the whole frame. */
async function backdropOf(deps: ResizeDeps, recipe: SampleRecipe, size: Size): Promise<Sharp | null> {
  const source = recipe.initPicture ?? recipe.lastPicture;
  if (source) return moveCamera(await fitOnce(deps, source, size), recipe, size);
  if (recipe.base.kind !== 'encoded') return null;
  const { picture } = recipe.base;
  return openPicture(picture)
    .removeAlpha()
    .resize({ ...size, fit: 'fill', kernel: 'cubic' });
}

/** What a film was given to hear moves the camera: so far at its loudest. */
const loudnessZoom = 0.2;

/** A slow push into the picture, drifting sideways, and a nod with each sound. */
function moveCamera(fitted: MemoryPicture, recipe: SampleRecipe, size: Size): Sharp {
  const { index, count } = recipe.frame ?? { index: 0, count: 1 };
  const pushed = motionShare(recipe) * (count > 1 ? index / (count - 1) : 0);
  const zoom = 1 + pushed + loudnessZoom * (recipe.loudness ?? 0);
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
    resizeInMemory(deps, hideLabel(flat), size, 'bicubic', 'center'),
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

/** At its sides the cover goes over into the picture, in parts of its height. */
const seam = 0.22;

/**
 * The picture without the label that one of ours has in its corner: what lies above it is mirrored over it. A camera
 * that moves into the picture would take the label along.
 */
function hideLabel(picture: MemoryPicture): MemoryPicture {
  const box = labelBox(picture);
  if (!box || picture.channels !== 3 || box.top < box.height) return picture;
  const { width } = picture;
  const pixels = Buffer.from(picture.pixels);
  const soft = Math.max(1, Math.floor(box.height * seam));
  for (let y = box.top; y < box.top + box.height; y++) {
    const mirrored = 2 * box.top - 1 - y;
    for (let x = box.left; x < box.left + box.width; x++) {
      const share = Math.min(1, (x - box.left + 1) / soft, (y - box.top + 1) / soft);
      for (let channel = 0; channel < 3; channel++) {
        const at = (y * width + x) * 3 + channel;
        const above = picture.pixels[(mirrored * width + x) * 3 + channel] as number;
        pixels[at] = Math.round((picture.pixels[at] as number) * (1 - share) + above * share);
      }
    }
  }
  return { ...picture, pixels };
}
