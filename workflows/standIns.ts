import { findModelFolder } from './loaders.ts';
import type { InventoryParam } from './workflow.ts';

/** Where one file does the work of another. A LoRA or a VAE belongs to a look or to one model, and has no deputy. */
const exchangeable = new Set(['checkpoints', 'upscale_models', 'controlnet']);

const stableVideo = /svd|stable[-_ ]?video/i;
/** Checkpoints that draw no picture by themselves: video, sound, and what only finishes another's work. */
const drawsNoPicture =
  /svd|video|ltx|hunyuan|mochi|cosmos|(?:^|[^a-z])wan\d|audio|ace[-_ ]?step|cascade|refiner/i;
const families: readonly (readonly [family: string, names: RegExp])[] = [
  ['inpainting', /inpaint/i],
  ['sdxl', /xl|pony|illustrious/i],
  ['sd15', /(?:^|[^a-z\d]|v|sd)1[-_.]?5(?!\d)/i],
];

const familyOf = (name: string): string | undefined => families.find(([, names]) => names.test(name))?.[0];

/**
 * How well a model file serves in place of `wanted`, 0 best; undefined when it does not. ComfyUI lists the files of
 * every family together and tells nothing of any but its name, so names decide: as authors write them, the family is
 * in them or is not told at all.
 */
export function rankStandIn(
  { classType, input }: InventoryParam,
  wanted: unknown,
  name: string,
): number | undefined {
  const folder = findModelFolder(classType, input);
  if (folder === undefined || !exchangeable.has(folder)) return undefined;
  if (folder !== 'checkpoints') return 0;
  if (classType === 'ImageOnlyCheckpointLoader') return stableVideo.test(name) ? 0 : undefined;
  if (drawsNoPicture.test(name)) return undefined;
  const family = familyOf(name);
  if (family === familyOf(String(wanted))) return 0;
  return family === undefined ? 1 : 2;
}
