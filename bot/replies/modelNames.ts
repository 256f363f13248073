import type { ModelView } from '@star-graph/api/contract/catalogue/models';

/** Of families, as their authors write them. */
export const familyNames: Readonly<Record<NonNullable<ModelView['family']>, string | undefined>> = {
  sd15: 'SD 1.5',
  sd2: 'SD 2',
  sdxl: 'SDXL',
  sd3: 'SD 3',
  flux: 'FLUX',
  flux2: 'FLUX.2',
  'z-image': 'Z-Image',
  'qwen-image': 'Qwen-Image',
  krea2: 'Krea-2',
  wan: 'Wan',
  ltx: 'LTX',
  'minimax-h3': 'MiniMax H3',
  seedvr2: 'SeedVR2',
  'stable-video': 'Stable Video',
  other: undefined,
};

/** Common names of the default files of the built-in workflows. */
const known: readonly (readonly [RegExp, string])[] = [
  [/^sd_xl_base_1\.0$/, 'SDXL 1.0'],
  [/^v1-5-pruned(-emaonly)?(-fp16)?$/, 'Stable Diffusion 1.5'],
  [/^sd-v1-5-inpainting$/, 'Stable Diffusion 1.5 Inpainting'],
  [/^svd$/, 'Stable Video Diffusion'],
  [/^svd_xt$/, 'Stable Video Diffusion XT'],
];

const endings = /\.(?:safetensors|ckpt|pth|pt|sft|gguf|bin)$/i;

/**
 * A readable model name: without folder and extension, as separate words. Parts that distinguish files of one model
 * stay.
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

/** The label of a model: its readable name, and its family if known. */
export interface NamedModel {
  model: ModelView;
  name: string;
  family: string | undefined;
  /** Another file of its folder has the same readable name, so each shows its file name. */
  isShared: boolean;
}

/** Readable names for files of the pool, in their order. */
export function nameModels(models: readonly ModelView[]): NamedModel[] {
  const keyOf = ({ folder, name }: ModelView) => `${folder}/${presentModelName(name)}`;
  const counts = new Map<string, number>();
  for (const model of models) counts.set(keyOf(model), (counts.get(keyOf(model)) ?? 0) + 1);
  return models.map((model) => ({
    model,
    name: presentModelName(model.name),
    family: model.family && familyNames[model.family],
    isShared: (counts.get(keyOf(model)) ?? 0) > 1,
  }));
}

/** Choices of a list: what people read, and the file that is sent. */
export const listModelChoices = (models: readonly ModelView[]): { name: string; value: string }[] =>
  nameModels(models).map(({ model, name, family, isShared }) => ({
    name: [name, family, isShared ? model.name : undefined].filter((part) => part !== undefined).join(' · '),
    value: model.name,
  }));
