import type { ModelFolder } from '@star-graph/workflows/models/loaders';

/** Model files that a backend holds loaded. ComfyUI keeps only those that its last prompt used. */
export interface Residency {
  /** Equal for equal sets of files. */
  readonly key: string;
  /** Equal for equal sets of large files: between two such sets, a change is no real swap. */
  readonly base: string;
  /** Usual seconds for loading each of them, by `folder/name`. */
  readonly models: ReadonlyMap<string, number>;
}

export function createResidency(models: readonly string[]): Residency {
  const sorted = [...new Set(models)].sort();
  const seconds = new Map(sorted.map((model) => [model, secondsOf(model)]));
  const base = sorted.filter((model) => (seconds.get(model) ?? 0) > minorSeconds).join('|');
  return { key: sorted.join('|'), base, models: seconds };
}

/** A cheaper change of models is not a swap: a LoRA, a VAE. */
const minorSeconds = 2;

/**
 * Seconds that a file of each kind takes to load on an ordinary backend: gigabytes for a checkpoint, a patch of the
 * loaded model for a LoRA. A backend's real time is learned as a multiple of these.
 */
const usualSeconds: Readonly<Record<ModelFolder, number>> = {
  checkpoints: 10,
  diffusion_models: 10,
  text_encoders: 3,
  controlnet: 2,
  clip_vision: 1,
  loras: 1,
  style_models: 1,
  upscale_models: 0.5,
  vae: 0.5,
};

const isFolder = (folder: string): folder is ModelFolder => Object.hasOwn(usualSeconds, folder);

/** Usual seconds for loading the files of `wanted` that are not loaded; all of them if nothing is known. */
export function usualLoadSeconds(wanted: Residency, loaded: Residency | undefined): number {
  if (wanted.key === loaded?.key) return 0;
  let missing = 0;
  for (const [model, seconds] of wanted.models) if (!loaded?.models.has(model)) missing += seconds;
  return missing;
}

function secondsOf(model: string): number {
  const folder = model.slice(0, model.indexOf('/'));
  return isFolder(folder) ? usualSeconds[folder] : 0;
}
