import type { ModelView } from '@star-graph/api/contract/catalogue';

/** Of families, as their authors write them. */
export const familyNames: Readonly<Record<NonNullable<ModelView['family']>, string | undefined>> = {
  sd15: 'SD 1.5',
  sd2: 'SD 2',
  sdxl: 'SDXL',
  sd3: 'SD 3',
  flux: 'FLUX',
  'stable-video': 'Stable Video',
  other: undefined,
};

/** Files that everybody calls otherwise than their names: the ones that the built-in workflows take by default. */
const known: readonly (readonly [RegExp, string])[] = [
  [/^sd_xl_base_1\.0$/, 'SDXL 1.0'],
  [/^v1-5-pruned(-emaonly)?(-fp16)?$/, 'Stable Diffusion 1.5'],
  [/^sd-v1-5-inpainting$/, 'Stable Diffusion 1.5 Inpainting'],
  [/^svd$/, 'Stable Video Diffusion'],
  [/^svd_xt$/, 'Stable Video Diffusion XT'],
];

const endings = /\.(?:safetensors|ckpt|pth|pt|sft|gguf|bin)$/i;

/**
 * A model's name as people read it: without folder and ending, its words apart. What tells two files of a model from
 * each other stays.
 */
export function presentModelName(file: string): string {
  const base = file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
  const stem = base.replace(endings, '');
  const name = known.find(([pattern]) => pattern.test(stem))?.[1];
  if (name !== undefined) return name;
  const words = stem
    .replace(/[_\s]+|-(?=\D)|(?<=\D)-/g, ' ')
    .replace(/(?<=\p{Ll})(?=\p{Lu})/gu, ' ')
    .trim();
  return words === '' ? file : words.charAt(0).toUpperCase() + words.slice(1);
}
