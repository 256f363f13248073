import { z } from 'zod';
import { modelFolders } from './loaders.ts';
import { modelFamilies } from './modelFamilies.ts';

/** Stands in for a folder in the name of an engine, such as `engine/Z-Image Turbo`. */
export const engineFolder = 'engine';

/** A model file as `GET /models` of a server lists it, or an engine by the name of its model. */
export interface ModelName {
  folder: string;
  name: string;
}

export const keyOfModel = ({ folder, name }: ModelName): string => `${folder}/${name}`;

const isKnownFolder = (folder: string): boolean =>
  folder === engineFolder || modelFolders.some((known) => known === folder);

/** Undefined for a text that names neither a file of a known folder nor an engine. */
export function parseModelKey(key: string): ModelName | undefined {
  const end = key.indexOf('/');
  const [folder, name] = [key.slice(0, end), key.slice(end + 1)];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it refuses
  const isName = /^[^\u0000-\u001f\u007f]{1,255}$/.test(name) && name.isWellFormed();
  return end > 0 && isKnownFolder(folder) && isName ? { folder, name } : undefined;
}

const text = (most: number) =>
  z
    .string()
    .trim()
    .min(1, { error: `Give 1 to ${most} characters.` })
    .max(most, { error: `Give 1 to ${most} characters.` })
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it refuses
    .regex(/^[^\u0000-\u001f\u007f-\u009f]*$/, { error: 'Remove control characters.' })
    .refine((value) => value.isWellFormed(), { error: 'The text holds half of a surrogate pair.' });

export const modelTitleSchema = z.strictObject({ en: text(100), 'zh-CN': text(100) }).meta({
  id: 'ModelTitle',
  description: 'The name that people read, and may send in place of the file name',
});

const saleAnswers = ['yes', 'no', 'unknown'] as const;

export const modelLicenceSchema = z
  .strictObject({
    name: text(200).meta({ description: 'Its SPDX id, or a short text', examples: ['Apache-2.0'] }),
    url: z
      .url({ protocol: /^https?$/, error: 'Give an address that begins with https.' })
      .max(500)
      .nullable()
      .default(null),
    mayBeSold: z
      .enum(saleAnswers)
      .meta({ description: 'Whether pictures made with it may be sold as a service' }),
  })
  .meta({ id: 'ModelLicence' });
export type ModelLicence = z.output<typeof modelLicenceSchema>;

const entryRoles = ['user', 'moderator', 'admin'] as const;

const mostWords = 50;

/** What somebody says of a model. Null: as the layer below says. */
export const entryFieldsSchema = z.strictObject({
  title: modelTitleSchema.nullable().default(null),
  family: z
    .enum(modelFamilies)
    .nullable()
    .default(null)
    .meta({ description: 'Corrects a family that was guessed wrong' }),
  triggerWords: z.array(text(100)).max(mostWords).nullable().default(null).meta({
    description: 'Words of a prompt that a LoRA or a model answers to',
  }),
  sample: z
    .uuid({ error: 'Give the id of a picture that you uploaded.' })
    .nullable()
    .default(null)
    .meta({ description: 'A picture that shows what it draws: an asset of the administrator who names it' }),
  licence: modelLicenceSchema.nullable().default(null),
  roles: z
    .array(z.enum(entryRoles))
    .min(1, { error: 'Name a role, or hide the model.' })
    .max(entryRoles.length)
    .nullable()
    .default(null)
    .meta({ description: 'Roles whose people may use it; null: as below, at last all' }),
  pricePercent: z
    .int()
    .min(1, { error: 'Choose a whole number from 1 to 1000.' })
    .max(1_000, { error: 'Choose a whole number from 1 to 1000.' })
    .nullable()
    .default(null)
    .meta({ description: 'Multiplies the price of tasks that load it; null: as below, at last 100' }),
  hidden: z.boolean().nullable().default(null).meta({
    description: 'In no list and no form; only administrators may name it. null: as below, at last shown',
  }),
});
export type EntryFields = z.output<typeof entryFieldsSchema>;

export const noFields: EntryFields = {
  title: null,
  family: null,
  triggerWords: null,
  sample: null,
  licence: null,
  roles: null,
  pricePercent: null,
  hidden: null,
};

/** The fields in force: of each the first that is not null, from the uppermost layer down. */
export function layFields(layers: readonly EntryFields[]): EntryFields {
  const laid: EntryFields = { ...noFields };
  const names = Object.keys(noFields) as (keyof EntryFields)[];
  const take = <Name extends keyof EntryFields>(name: Name) => {
    laid[name] = layers.find((layer) => layer[name] !== null)?.[name] ?? laid[name];
  };
  for (const name of names) take(name);
  return laid;
}
