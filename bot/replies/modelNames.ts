import type { ModelView } from '@star-graph/contract/catalogue/models';
import type { Locale } from './texts/locale.ts';

/** The names of families, as their authors write them. */
const familyNames: Readonly<Record<NonNullable<ModelView['family']>, string | undefined>> = {
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

/** The label of a model: its readable name, and its family if known. */
interface NamedModel {
  model: ModelView;
  name: string;
  family: string | undefined;
  /** Another file of its folder has the same readable name, so each shows its file name. */
  isShared: boolean;
}

/** Readable names for files of the pool, in their order. */
export function nameModels(models: readonly ModelView[], locale: Locale): NamedModel[] {
  const keyOf = ({ folder, title }: ModelView) => `${folder}/${title[locale]}`;
  const counts = new Map<string, number>();
  for (const model of models) counts.set(keyOf(model), (counts.get(keyOf(model)) ?? 0) + 1);
  return models.map((model) => ({
    model,
    name: model.title[locale],
    family: model.family && familyNames[model.family],
    isShared: (counts.get(keyOf(model)) ?? 0) > 1,
  }));
}

/** Choices of a list: what people read, and the file that is sent. */
export const listModelChoices = (
  models: readonly ModelView[],
  locale: Locale,
): { name: string; value: string }[] =>
  nameModels(models, locale).map(({ model, name, family, isShared }) => ({
    name: [name, family, isShared ? model.name : undefined].filter((part) => part !== undefined).join(' · '),
    value: model.name,
  }));
