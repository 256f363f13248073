import { readLoudness } from '../files/loadFilm.ts';
import type { Sound } from '../files/sound.ts';
import { type MemoryPicture, openPicture } from '../pictures/picture.ts';
import { renderSample } from '../pictures/renderSample.ts';
import type { ResizeDeps } from '../pictures/resizePicture.ts';
import { type NodeContext, NodeFailure } from './node.ts';
import type { ConditioningValue, Latent, LatentValue, ModelValue, SampleRecipe } from './values.ts';

export interface SamplerSettings {
  model: ModelValue;
  positive: ConditioningValue;
  negativePrompt: string;
  samples: LatentValue;
  seed: string;
  steps: number;
  cfg: number;
  sampler: string;
  scheduler: string;
  /** Share of the picture made anew. */
  denoise: number;
  /** Steps that are really taken; fewer than `steps` when only a part of them is sampled. */
  takenSteps: number;
  /** Goes on where another sampler stopped: what that one drew stays what it is. */
  goesOn?: boolean;
}

/** Takes the steps, with progress and previews, and leaves a recipe for each latent of the batch. */
export async function sample(context: NodeContext, settings: SamplerSettings): Promise<LatentValue> {
  const { model, positive, samples, takenSteps } = settings;
  checkFamily(model, positive);
  const loudness = await readHeard(context, samples);
  const recipes = samples.latents.map((base, index) => recipeOf(settings, base, index, loudness[index]));
  const first = recipes[0];
  const { grainyPreviews, simulation } = context.config;
  const { instant } = simulation;
  for (let step = 1; step <= takenSteps; step++) {
    await context.simulateStep(context.config.simulation.secondsPerStep);
    await context.injectFaults('sampler-step');
    const image =
      context.previews && first && !instant
        ? {
            format: 'jpeg' as const,
            bytes: await renderPreview(context, first, { step, steps: takenSteps, isGrainy: grainyPreviews }),
          }
        : undefined;
    context.progress(step, takenSteps, image);
  }
  const { noiseMask: _, sound, ...unmasked } = samples;
  return {
    ...unmasked,
    latents: recipes.map((recipe) => ({ kind: 'sampled' as const, recipe })),
    ...(sound && { sound: soundOf(settings, sound) }),
  };
}

/** The tone follows from what was asked for, as the picture does. */
function soundOf({ seed, positive, goesOn }: SamplerSettings, sound: Sound): Sound {
  if (goesOn || sound.source.kind === 'file') return sound;
  return { ...sound, source: { ...sound.source, seedText: `${seed} ${positive.text}` } };
}

/** Of each frame, what is heard of a sound that the film was given; nothing of one that is drawn with it. */
async function readHeard({ signal }: NodeContext, { latents, sound }: LatentValue): Promise<number[]> {
  if (sound?.source.kind !== 'file' || latents.length === 0) return [];
  const { path, fromSeconds } = sound.source;
  return readLoudness(path, { fromSeconds, seconds: sound.seconds, parts: latents.length }, signal);
}

function recipeOf(
  settings: SamplerSettings,
  base: Latent,
  index: number,
  loudness: number | undefined,
): SampleRecipe {
  const { model, positive, samples } = settings;
  if (settings.goesOn && base.kind === 'sampled') {
    return { ...base.recipe, model: model.file.name, width: samples.width, height: samples.height };
  }
  const initPicture = positive.initPicture ?? samples.initPicture;
  const { layers } = samples;
  return {
    model: model.file.name,
    family: model.file.family,
    loras: model.loras,
    prompt: positive.text,
    negativePrompt: settings.negativePrompt,
    seed: settings.seed,
    steps: settings.steps,
    cfg: settings.cfg,
    sampler: settings.sampler,
    scheduler: settings.scheduler,
    denoise: Math.min(settings.denoise, positive.freshShare ?? 1),
    width: samples.width,
    height: samples.height,
    batchIndex: samples.isVideo ? 0 : Math.floor(index / (layers ?? 1)),
    frame: samples.isVideo && samples.latents.length > 1 ? frameOf(samples, index) : null,
    ...(layers !== undefined && { layer: { index: index % layers, count: layers } }),
    base,
    controls: [...positive.controls, ...(model.controls ?? [])],
    ...(positive.references && { references: positive.references }),
    ...(samples.noiseMask && { noiseMask: samples.noiseMask }),
    ...(initPicture && { initPicture }),
    ...(positive.lastPicture && { lastPicture: positive.lastPicture }),
    ...(positive.motion !== undefined && { motion: positive.motion }),
    ...(loudness !== undefined && { loudness }),
  };
}

function frameOf({ latents, part }: LatentValue, index: number): { index: number; count: number } {
  return part ? { index: part.from + index, count: part.whole } : { index, count: latents.length };
}

/** Widths of the text encoders; a model fed with another's conditioning fails in its first multiplication. */
const encoderWidths = { sd15: 768, sdxl: 2048, svd: 1024 } as const;

function checkFamily({ file }: ModelValue, { family }: ConditioningValue): void {
  if (!file.family || !family || file.family === family) return;
  const given = encoderWidths[family];
  const wanted = encoderWidths[file.family];
  throw new NodeFailure(
    'RuntimeError',
    `mat1 and mat2 shapes cannot be multiplied (154x${given} and ${wanted}x320)`,
  );
}

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
