import type { ModelView } from '@star-graph/api/contract/catalogue/models';

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

/** What tells a model from others: its readable name, and its family where one is known. */
export interface NamedModel {
  model: ModelView;
  name: string;
  family: string | undefined;
  /** Another file of its folder has the same name: each has to say its own. */
  isShared: boolean;
}

/** Names that people know for files of the pool, in their order. */
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
