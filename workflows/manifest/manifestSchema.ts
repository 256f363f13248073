import { z } from 'zod';
import { promptMaxCharacters } from '../fields.ts';
import { type InventoryOptions, inventoryOptions } from '../loaders.ts';
import { taskTypes } from '../workflow.ts';

/*
 * The document of an operator's workflow. Its params are a subset of JSON Schema, chosen so that every keyword means
 * the same as in a template's zod schema; anything outside the subset is refused, never ignored.
 */

const localized = (maxCharacters: number) =>
  z.strictObject({
    en: z.string().min(1).max(maxCharacters),
    'zh-CN': z.string().min(1).max(maxCharacters),
  });

const labels = {
  title: z.string().min(1).max(100),
  description: z.string().max(500).optional(),
  'x-title': localized(100).optional(),
  'x-description': localized(500).optional(),
};

const textValue = z.string().max(promptMaxCharacters);
const optionNames = Object.keys(inventoryOptions) as [InventoryOptions, ...InventoryOptions[]];
const length = z.int().min(0).max(promptMaxCharacters);

const stringParam = z.strictObject({
  type: z.literal('string'),
  ...labels,
  default: textValue.optional(),
  minLength: length.optional(),
  maxLength: length.optional(),
  enum: z.array(z.string().min(1).max(255)).min(1).max(100).optional(),
  'x-options': z.enum(optionNames).optional(),
  'x-asset': z.literal('image').optional(),
  'x-multiline': z.literal(true).optional(),
});

const range = {
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  default: z.number().optional(),
  enum: z.array(z.number()).min(1).max(100).optional(),
};

const integerParam = z.strictObject({
  type: z.literal('integer'),
  ...labels,
  ...range,
  multipleOf: z.int().min(1).optional(),
  'x-seed': z.literal(true).optional(),
});

const numberParam = z.strictObject({ type: z.literal('number'), ...labels, ...range });

const booleanParam = z.strictObject({
  type: z.literal('boolean'),
  ...labels,
  default: z.boolean().optional(),
});

export const manifestParam = z.discriminatedUnion('type', [
  stringParam,
  integerParam,
  numberParam,
  booleanParam,
]);

export type ManifestParam = z.output<typeof manifestParam>;

const maxParams = 40;
/** `meta` belongs to the request itself. */
const paramName = z.string().regex(/^(?!meta$)[a-z][A-Za-z0-9]{0,39}$/, {
  error: 'A parameter starts with a small letter, then letters and digits, 40 at most; not "meta".',
});

const path = z.string().min(3).max(300);

export const manifestDocument = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]{1,39}$/, {
    error: 'A name has 2 to 40 small letters, digits and hyphens, and starts with a letter.',
  }),
  version: z.int().min(1).max(1_000_000),
  type: z.enum(taskTypes).default('custom'),
  title: localized(100),
  description: localized(500),
  outputKind: z.enum(['image', 'video']).default('image'),
  params: z.strictObject({
    type: z.literal('object'),
    properties: z
      .record(paramName, manifestParam)
      .refine((properties) => Object.keys(properties).length <= maxParams, {
        error: `There may be at most ${maxParams} parameters.`,
      }),
    required: z.array(z.string()).max(maxParams).default([]),
    additionalProperties: z.literal(false).default(false),
  }),
  /** Parameter → `nodeId.input`, or several. */
  binding: z.record(z.string(), z.union([path, z.array(path).min(1).max(20)])),
  /** Work units = base × megapixels of [width, height] × the product of the named parameters. */
  work: z
    .strictObject({
      base: z.number().positive().max(1_000_000).default(1),
      megapixels: z.tuple([z.string(), z.string()]).optional(),
      times: z.array(z.string()).max(5).default([]),
    })
    .prefault({}),
  rates: z.strictObject({
    creditsPerUnit: z.number().min(0).max(1_000_000),
    secondsPerUnit: z.number().min(0).max(100_000),
    overheadSeconds: z.number().positive().max(100_000),
  }),
  /** Values for the required parameters, images left out. */
  example: z.record(z.string(), z.unknown()).default({}),
  graph: z.unknown(),
});

export type ManifestDocument = z.output<typeof manifestDocument>;
/** As it is written: what `proposeManifest` makes. */
export type ManifestInput = z.input<typeof manifestDocument>;
