import { z } from 'zod';
import { createDocument, type ZodOpenApiOperationObject } from 'zod-openapi';
import { version } from '../../version.ts';
import { openAnswers, refusedStatuses } from '../openAnswers.ts';
import { emptyLists, refreshed } from './listNames.ts';
import { optionsSchema } from './options.ts';
import { extrasBatchSchema, extrasSchema, img2imgSchema, txt2imgSchema } from './parameters.ts';
import { pngInfoSchema } from './pngInfo.ts';
import { progressQuerySchema } from './progress.ts';
import { doorScope } from './sdapiDeps.ts';

const json = (schema: z.ZodType) => ({ 'application/json': { schema } });

const faultSchema = z.object({ type: z.literal('value_error'), loc: z.array(z.string()), msg: z.string() });

const errorSchema = z
  .object({
    error: z.string().meta({ description: 'The code of the problem' }),
    detail: z.union([z.string(), z.array(faultSchema)]),
    body: z.literal(''),
    errors: z.string().meta({ description: 'Everything in one text' }),
  })
  .meta({ id: 'Error' });

const drawnSchema = z
  .object({
    images: z.array(z.string()).meta({ description: 'PNG, as Base64' }),
    parameters: z.record(z.string(), z.unknown()).meta({ description: 'The request, without pictures' }),
    info: z.string().meta({
      description: 'JSON: seeds, sizes, infotexts; comments: what came out otherwise; credits: what was paid',
    }),
  })
  .meta({ id: 'Drawn' });

const text = z.string();
const nothing = z.null();
const elsewhere = z.object({ error: text });
const names = z.array(z.object({ name: text }));

const progressSchema = z.object({
  progress: z.number().min(0).max(1),
  eta_relative: z.number(),
  state: z.object({
    skipped: z.boolean(),
    interrupted: z.boolean(),
    stopping_generation: z.boolean(),
    job: text,
    job_count: z.int(),
    job_no: z.int(),
    job_timestamp: text,
    sampling_step: z.int(),
    sampling_steps: z.int(),
  }),
  current_image: text.nullable().meta({ description: 'PNG, as Base64' }),
  textinfo: text.nullable(),
});

const refusals = Object.fromEntries(
  refusedStatuses.map((status) => [
    status,
    { description: 'An error as A1111 has it', content: json(errorSchema) },
  ]),
);

const responses = (schema: z.ZodType, description: string) => ({
  '200': { description, content: json(schema) },
  ...refusals,
});

const reading = (operationId: string, schema: z.ZodType, description: string) => ({
  get: { operationId, responses: responses(schema, description) },
});

const asking = (operationId: string, body: z.ZodType, schema: z.ZodType, description: string) => ({
  operationId,
  requestBody: { required: true, content: json(body) },
  responses: responses(schema, description),
});

const telling = (operationId: string, schema: z.ZodType, description: string) => ({
  post: { operationId, responses: responses(schema, description) },
});

/** `list` and `sd-vae` are `listSdVae`. */
const camelOf = (verb: string, path: string): string =>
  [verb, ...path.split('-')]
    .filter((word) => word !== '')
    .map((word, index) => (index === 0 ? word : word[0]?.toUpperCase() + word.slice(1)))
    .join('');

const fresh = 'Nothing: lists are always those of the moment';

const operations: Record<string, { get?: ZodOpenApiOperationObject; post?: ZodOpenApiOperationObject }> = {
  txt2img: { post: asking('txt2img', txt2imgSchema, drawnSchema, 'When the pictures are there') },
  img2img: { post: asking('img2img', img2imgSchema, drawnSchema, 'When the pictures are there') },
  'extra-single-image': {
    post: asking(
      'extraSingleImage',
      extrasSchema,
      z.object({ html_info: text, image: text }),
      'The larger picture',
    ),
  },
  options: {
    get: { operationId: 'getOptions', responses: responses(optionsSchema, 'What holds for this key') },
    post: asking('setOptions', optionsSchema, nothing, 'It holds for this key from now on'),
  },
  'sd-models': reading(
    'listModels',
    z.array(z.object({ title: text, model_name: text, filename: text })),
    'What the person may ask for',
  ),
  samplers: reading('listSamplers', z.array(z.object({ name: text, aliases: z.array(text) })), 'Samplers'),
  schedulers: reading('listSchedulers', z.array(z.object({ name: text, label: text })), 'Schedulers'),
  upscalers: reading('listUpscalers', names, 'Upscalers; None leaves the choice to the workflow'),
  loras: reading('listLoras', z.array(z.object({ name: text, alias: text, path: text })), 'LoRAs'),
  ...Object.fromEntries(
    emptyLists.map((path) => [
      path,
      reading(camelOf('list', path), names, 'Empty: there is nothing to choose'),
    ]),
  ),
  'realesrgan-models': reading(
    'listRealEsrganModels',
    z.array(z.object({ name: text, path: text, scale: z.int() })),
    'Those of this kind among the upscalers',
  ),
  scripts: reading(
    'listScripts',
    z.object({ txt2img: z.array(text), img2img: z.array(text) }),
    'Empty: scripts do not run here',
  ),
  embeddings: reading(
    'listEmbeddings',
    z.object({ loaded: z.object({}), skipped: z.object({}) }),
    'Empty: a prompt of the model’s own workflow names them',
  ),
  'cmd-flags': reading('getCommandFlags', z.object({}), 'Empty: there is no command to see'),
  ...Object.fromEntries(refreshed.map((path) => [path, telling(camelOf('', path), nothing, fresh)])),
  'extra-batch-images': {
    post: asking(
      'extraBatchImages',
      extrasBatchSchema,
      z.object({ html_info: text, images: z.array(text) }),
      'The larger pictures, in their order',
    ),
  },
  'png-info': {
    post: asking(
      'pngInfo',
      pngInfoSchema,
      z.object({ info: text, items: z.record(text, text), parameters: z.record(text, text) }),
      'What a program wrote into the picture; nothing is stored',
    ),
  },
  memory: reading('getMemory', z.object({ ram: elsewhere, cuda: elsewhere }), 'Why there is nothing to tell'),
  progress: {
    get: {
      operationId: 'getProgress',
      requestParams: { query: progressQuerySchema },
      responses: responses(progressSchema, 'Of the oldest unfinished task of this key'),
    },
  },
  skip: telling('skip', z.object({}), 'The task of this key that runs, or is next, is cancelled'),
  interrupt: telling('interrupt', z.object({}), 'All unfinished tasks of this key are cancelled'),
};

/** The door as OpenAPI 3.1, by the schemas that requests are checked by. */
export const describeDoor = (prefix: string) =>
  createDocument(
    {
      openapi: '3.1.0',
      info: {
        title: 'Star-Graph for clients of A1111',
        version,
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: '/', description: 'The port of its own: SDAPI_PORT' }],
      components: {
        securitySchemes: {
          basic: {
            type: 'http',
            scheme: 'basic',
            description: `An API key as the password. A key with the scope ${doorScope} alone may stand before the path instead`,
          },
        },
      },
      security: [{ basic: [] }],
      paths: Object.fromEntries(
        Object.entries(operations).map(([path, item]) => [`${prefix}/${path}`, item]),
      ),
    },
    openAnswers,
  );
