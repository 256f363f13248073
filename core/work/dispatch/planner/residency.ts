import type { ModelFolder } from '@star-graph/workflows/models/loaders';
import type { ModelBytes } from '../../../library/catalogue/modelBytes.ts';

/** Model files that a backend holds loaded, or that a task needs loaded. */
export interface Residency {
  /** Equal for equal sets of files. */
  readonly key: string;
  /** Equal for equal sets of large files: between two such sets, a change is no real swap. */
  readonly base: string;
  /** The names of the large files. */
  readonly large: readonly string[];
  /** By `folder/name`, those of the last prompt first. */
  readonly models: ReadonlyMap<string, ModelFile>;
  /** The server keeps them while it has room for others beside them. Else it drops what its last prompt did not use. */
  readonly isKept: boolean;
}

interface ModelFile {
  /** How long an ordinary backend takes to load it. */
  readonly usualSeconds: number;
  /** Undefined if no server tells it. */
  readonly bytes: number | undefined;
}

const noBytes: ModelBytes = new Map();

export function createResidency(
  models: readonly string[],
  sizes: ModelBytes = noBytes,
  isKept = false,
): Residency {
  const names = [...new Set(models)];
  if (!isKept) names.sort();
  return toResidency(new Map(names.map((name) => [name, describe(name, sizes.get(name))])), isKept);
}

function toResidency(models: ReadonlyMap<string, ModelFile>, isKept: boolean): Residency {
  const large = listLarge(models);
  return { key: [...models.keys()].sort().join('|'), base: large.join('|'), large, models, isKept };
}

/**
 * The same files with the sizes of a backend that uses some of another precision. They keep their names, and what
 * counts as large, so that the backend's sets compare with those of tasks.
 */
export function sizedFor(residency: Residency, sizes: ModelBytes | undefined): Residency {
  if (!sizes) return residency;
  const known = sized.get(sizes) ?? new WeakMap<Residency, Residency>();
  sized.set(sizes, known);
  const own = known.get(residency) ?? {
    ...residency,
    models: new Map([...residency.models.keys()].map((name) => [name, describe(name, sizes.get(name))])),
  };
  known.set(residency, own);
  return own;
}

/** A plan compares the same sets over and over. */
const sized = new WeakMap<ModelBytes, WeakMap<Residency, Residency>>();

/** The residency with its large files alone. */
export function withoutMinor(residency: Residency): Residency {
  const { models, large, isKept } = residency;
  if (large.length === models.size) return residency;
  return toResidency(new Map([...models].filter(([model]) => large.includes(model))), isKept);
}

const listLarge = (models: Residency['models']): string[] =>
  [...models].flatMap(([model, { usualSeconds }]) => (usualSeconds > minorSeconds ? model : [])).sort();

/** A cheaper change of models is not a swap: a LoRA, a VAE. */
const minorSeconds = 2;

/**
 * A checkpoint of 2.0 GB took 3.6 s of a first run on a recorded server, and one of 6.5 GB takes about ten. A backend's
 * real time is learned as a multiple of it.
 */
export const usualBytesPerSecond = 0.6e9;

/** Seconds that a file of each kind takes whose size is unknown: gigabytes for a checkpoint, a patch for a LoRA. */
const usualSecondsOfFolder: Readonly<Record<ModelFolder, number>> = {
  checkpoints: 10,
  diffusion_models: 10,
  text_encoders: 3,
  controlnet: 2,
  clip_vision: 1,
  loras: 1,
  style_models: 1,
  upscale_models: 0.5,
  vae: 0.5,
  model_patches: 3,
  latent_upscale_models: 1,
  frame_interpolation: 0.5,
  background_removal: 1,
  geometry_estimation: 1,
  audio_encoders: 1,
  gligen: 2,
  hypernetworks: 0.5,
  photomaker: 1,
  optical_flow: 0.5,
  detection: 0.5,
};

const isFolder = (folder: string): folder is ModelFolder => Object.hasOwn(usualSecondsOfFolder, folder);

function describe(model: string, bytes: number | undefined): ModelFile {
  if (bytes !== undefined) return { bytes, usualSeconds: bytes / usualBytesPerSecond };
  const folder = model.slice(0, model.indexOf('/'));
  return { bytes, usualSeconds: isFolder(folder) ? usualSecondsOfFolder[folder] : 0 };
}

/** Usual seconds for loading the files of `wanted` that are not loaded; all of them if nothing is known. */
export function usualLoadSeconds(wanted: Residency, loaded: Residency | undefined): number {
  if (wanted.key === loaded?.key) return 0;
  let missing = 0;
  for (const [model, { usualSeconds }] of wanted.models)
    if (!loaded?.models.has(model)) missing += usualSeconds;
  return missing;
}

/** Whether the large files of `wanted` are loaded, and using them drops no other large file. */
export function isHeld(wanted: Residency, loaded: Residency | undefined): boolean {
  if ((loaded?.base ?? '') === wanted.base) return true;
  return loaded?.isKept === true && wanted.large.every((model) => loaded.models.has(model));
}

/**
 * What is loaded after a prompt. ComfyUI keeps the files of its last prompt alone, unless it was told to keep more.
 * @param keptBytes for how many bytes a server that was told so has room: it keeps those that were used last. A file
 * of unknown size does not count as kept.
 */
export function loadBeside(wanted: Residency, loaded: Residency | undefined, keptBytes: number): Residency {
  if (keptBytes <= 0) return wanted;
  let room = keptBytes;
  for (const { bytes } of wanted.models.values()) room -= bytes ?? keptBytes;
  const models = new Map(wanted.models);
  for (const [model, file] of loaded?.models ?? []) {
    if (models.has(model)) continue;
    room -= file.bytes ?? keptBytes;
    if (room < 0) break;
    models.set(model, file);
  }
  return toResidency(models, true);
}
