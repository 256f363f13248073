import { z } from 'zod';
import { type InventoryOptions, inventoryOptions } from '../models/loaders.ts';
import { promptMaxCharacters } from '../params/fields.ts';
import { fileKinds, mediaKinds } from '../shared/mediaKinds.ts';
import { workflowTypes } from '../workflow.ts';

/*
 * The document of an operator's workflow. Its params are a subset of JSON Schema, chosen so that every keyword means
 * the same as in a template's zod schema; anything outside the subset is refused, never ignored.
 */

/** An object with exactly these keys; a refusal of the whole says what to write. */
const object = <S extends z.ZodRawShape>(shape: S, error: string) =>
  z.strictObject(shape, {
    error: ({ code }) => (code === 'unrecognized_keys' ? 'Manifests have no such key.' : error),
  });

function text(min: number, max: number) {
  const error = `Write a text of ${min} to ${max} characters.`;
  return z.string({ error }).min(min, { error }).max(max, { error });
}

function whole(min: number, max: number) {
  const error = `Write a whole number from ${min} to ${max}.`;
  return z.int({ error }).min(min, { error }).max(max, { error });
}

const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: `Write one of ${values.join(', ')}.` });
const number = () => z.number({ error: 'Write a number.' });
const trueOrNothing = () => z.literal(true, { error: 'Write true, or leave it out.' });

function list<T extends z.ZodType>(item: T, min: number, max: number, of: string) {
  const error = `List ${min} to ${max} ${of}.`;
  return z.array(item, { error }).min(min, { error }).max(max, { error });
}

const localized = (max: number) =>
  object(
    { en: text(1, max), 'zh-CN': text(1, max) },
    'Write { "en": "…", "zh-CN": "…" }: a text in each language.',
  );

const labels = {
  title: text(1, 100),
  description: text(0, 500).optional(),
  'x-title': localized(100).optional(),
  'x-description': localized(500).optional(),
};

const optionNames = Object.keys(inventoryOptions) as [InventoryOptions, ...InventoryOptions[]];
const length = () => whole(0, promptMaxCharacters);
const howToDescribe =
  'Describe the parameter: { "type": "string", "title": "…" }, or integer, number or boolean instead of string.';

const stringParam = object(
  {
    type: z.literal('string'),
    ...labels,
    default: text(0, promptMaxCharacters).optional(),
    minLength: length().optional(),
    maxLength: length().optional(),
    enum: list(text(1, 255), 1, 100, 'texts').optional(),
    'x-options': oneOf(optionNames).optional(),
    'x-asset': oneOf(fileKinds).optional(),
    'x-multiline': trueOrNothing().optional(),
  },
  howToDescribe,
);

const range = {
  minimum: number().optional(),
  maximum: number().optional(),
  default: number().optional(),
  enum: list(number(), 1, 100, 'numbers').optional(),
};

const howToSayUsual =
  'Write { "by": "fast", "steps": [[true, 8], [false, 20]] }: how many steps each value of a parameter takes, the fewest first.';

/** How many steps there are by each value of another parameter. */
const usualSteps = object(
  {
    by: text(1, 40),
    steps: list(
      z.tuple([z.union([z.string(), z.number(), z.boolean()]), whole(1, 10_000)], { error: howToSayUsual }),
      1,
      20,
      'values with their steps',
    ),
  },
  howToSayUsual,
);

const integerParam = object(
  {
    type: z.literal('integer'),
    ...labels,
    ...range,
    multipleOf: whole(1, Number.MAX_SAFE_INTEGER).optional(),
    'x-grid': object({ step: whole(2, 10_000), offset: whole(0, 10_000) }, howToDescribe).optional(),
    'x-presets': object({ draft: whole(1, 10_000), fine: whole(1, 10_000) }, howToDescribe).optional(),
    'x-usual': usualSteps.optional(),
    'x-seed': trueOrNothing().optional(),
  },
  howToDescribe,
);

const numberParam = object({ type: z.literal('number'), ...labels, ...range }, howToDescribe);

const booleanParam = object(
  {
    type: z.literal('boolean'),
    ...labels,
    default: z.boolean({ error: 'Write true or false.' }).optional(),
  },
  howToDescribe,
);

const manifestParam = z.discriminatedUnion('type', [stringParam, integerParam, numberParam, booleanParam], {
  error: howToDescribe,
});

export type ManifestParam = z.output<typeof manifestParam>;

const maxParams = 40;
/** `meta` belongs to the request itself. */
const paramName = z.string().regex(/^(?!meta$)[a-z][A-Za-z0-9]{0,39}$/);

const sentence = (error: string) => ({ error });

const nameRule = sentence('A name has 2 to 40 small letters, digits and hyphens, and starts with a letter.');
const path = text(3, 300);
const bound = z.union([path, list(path, 1, 20, 'inputs')], {
  error: 'Write an input of the graph as "node id.input", or a list of such.',
});

const params = object(
  {
    type: oneOf(['object']),
    properties: z
      .record(paramName, manifestParam, {
        error: ({ code }) =>
          code === 'invalid_key'
            ? 'A parameter starts with a small letter, then letters and digits, 40 at most; not "meta".'
            : 'Describe each parameter by its name: { "prompt": { "type": "string", "title": "Prompt" } }.',
      })
      .refine((properties) => Object.keys(properties).length <= maxParams, {
        error: `There may be at most ${maxParams} parameters.`,
      }),
    required: list(text(0, 300), 0, maxParams, 'names of parameters').default([]),
    'x-pixels': whole(1, Number.MAX_SAFE_INTEGER).optional(),
    additionalProperties: z.literal(false, { error: 'Write false, or leave it out.' }).default(false),
  },
  'Write { "type": "object", "properties": { … }, "required": [ … ] }.',
);

/** Work units = base × megapixels of [width, height] × the product of the named parameters. */
const work = object(
  {
    base: limited(1_000_000).positive({ error: 'Write a number above 0.' }).default(1),
    megapixels: z
      .tuple(
        [text(1, 300), text(1, 300)],
        sentence('Name the parameters of width and height: ["width", "height"].'),
      )
      .optional(),
    times: list(text(1, 300), 0, 5, 'names of parameters').default([]),
  },
  'Write { "base": 1, "times": ["steps"] }, or leave it out.',
);

function limited(max: number) {
  const error = `Write a number from 0 to ${max}.`;
  return z.number({ error }).min(0, { error }).max(max, { error });
}

/** Read by `parseGraph`. */
export const exportedGraph = z.record(
  z.string(),
  z.unknown(),
  sentence('Give the graph that ComfyUI saves with Workflow → Export (API): an object of nodes by id.'),
);

export const manifestDocument = object(
  {
    name: z.string(nameRule).regex(/^[a-z][a-z0-9-]{1,39}$/, nameRule),
    version: whole(1, 1_000_000),
    type: oneOf(workflowTypes).default('custom'),
    title: localized(100),
    description: localized(500),
    outputKind: oneOf(mediaKinds).default('image'),
    /** The workflow that this one is an engine of, and what people call its model. */
    engine: object(
      { of: text(1, 63), model: text(1, 100) },
      'Write { "of": "text2img", "model": "My model" }, or leave it out.',
    ).optional(),
    params,
    /** Parameter → `nodeId.input`, or several. */
    binding: z.record(
      z.string(),
      bound,
      sentence(
        'Write where each parameter goes: { "prompt": "3.text" }, a node id and an input of the graph.',
      ),
    ),
    work: work.prefault({}),
    rates: object(
      {
        creditsPerUnit: limited(1_000_000),
        secondsPerUnit: limited(100_000),
        overheadSeconds: limited(100_000).positive({ error: 'Write a number above 0.' }),
      },
      'Write { "creditsPerUnit": 0.1, "secondsPerUnit": 0.3, "overheadSeconds": 3 }.',
    ),
    /** Values for the required parameters, images left out. */
    example: z
      .record(z.string(), z.unknown(), sentence('Write values of the required parameters by name.'))
      .default({}),
    graph: exportedGraph,
  },
  'Write an object with name, version, title, description, params, binding, rates and graph.',
);

export type ManifestDocument = z.output<typeof manifestDocument>;
/** The written form, which `proposeManifest` makes. */
export type ManifestInput = z.input<typeof manifestDocument>;
