import { z } from 'zod';
import { createDocument, type ZodOpenApiOperationObject } from 'zod-openapi';
import { version } from '../../version.ts';
import { openAnswers, refusedStatuses } from '../openAnswers.ts';
import { doorScope } from './graphDeps.ts';
import { promptSchema } from './receivePrompt.ts';
import { cancelSchema, jobsQuerySchema } from './runs/jobs.ts';
import { interruptSchema, queueSchema } from './runs/stopRuns.ts';

const json = (schema: z.ZodType) => ({ 'application/json': { schema } });
const text = z.string();

const faultSchema = z.object({
  type: text,
  message: text,
  details: text,
  extra_info: z.record(z.string(), z.unknown()),
});
const errorSchema = z
  .object({
    error: faultSchema,
    node_errors: z.record(
      z.string(),
      z.object({ errors: z.array(faultSchema), dependent_outputs: z.array(text), class_type: text }),
    ),
  })
  .meta({ id: 'Error' });

const fileSchema = z.object({ filename: text, subfolder: text, type: text }).meta({ id: 'File' });
const itemSchema = z.array(z.unknown()).meta({
  id: 'QueueItem',
  description: 'Place among the person’s own, prompt_id, graph, extra data, output nodes',
});
/** Of a node that gives nothing of a kind, its key is absent. */
const givenFiles = z.array(fileSchema).optional();
const nodeOutputSchema = z.looseObject({
  images: givenFiles,
  audio: givenFiles,
  '3d': givenFiles,
  text: z.array(text).optional(),
});
const entrySchema = z
  .object({
    prompt: itemSchema,
    outputs: z.record(z.string(), nodeOutputSchema),
    status: z.object({ status_str: text, completed: z.boolean(), messages: z.array(z.array(z.unknown())) }),
    meta: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'HistoryEntry' });
const historySchema = z.record(z.string(), entrySchema);
const classesSchema = z.record(z.string(), z.record(z.string(), z.unknown()));
const uploadSchema = z.object({
  image: z.string().meta({ format: 'binary' }),
  original_ref: text
    .optional()
    .meta({ description: 'Of a mask: the file that it was drawn on, as JSON with its filename' }),
});

const refusalsOf = (schema: z.ZodType) =>
  Object.fromEntries(
    refusedStatuses.map((status) => [
      status,
      { description: 'An error as ComfyUI has it', content: json(schema) },
    ]),
  );
const refusals = refusalsOf(errorSchema);
/** Routes about jobs say in one text what is wrong with a request. */
const jobRefusals = refusalsOf(z.union([errorSchema, z.object({ error: text })]));

const responses = (schema: z.ZodType, description: string) => ({
  '200': { description, content: json(schema) },
  ...refusals,
});

const reading = (operationId: string, schema: z.ZodType, description: string, params = {}) => ({
  get: { operationId, ...params, responses: responses(schema, description) },
});

/** Answered with no body. */
const telling = (operationId: string, body: z.ZodType, description: string) => ({
  operationId,
  requestBody: { content: json(body) },
  responses: { '200': { description }, ...refusals },
});

const sending = (operationId: string, description: string) => ({
  post: {
    operationId,
    requestBody: { required: true, content: { 'multipart/form-data': { schema: uploadSchema } } },
    responses: responses(z.object({ name: text, subfolder: text, type: text }), description),
  },
});

const named = (name: string) => ({ requestParams: { path: z.object({ [name]: text }) } });

const jobSchema = z
  .looseObject({ id: text, status: text, priority: z.int(), create_time: z.int(), outputs_count: z.int() })
  .meta({ id: 'Job' });
const aboutJobs = (schema: z.ZodType, description: string) => ({
  ...responses(schema, description),
  ...jobRefusals,
});
const cancelled = aboutJobs(z.object({ cancelled: z.boolean() }), 'Whether one of them had not ended');

const bytes = { schema: text.meta({ format: 'binary' }) };
const files = (description: string) => ({
  '200': { description, content: { '*/*': bytes } },
  '206': { description: 'A part of it', content: { '*/*': bytes } },
  '304': { description: 'It is as it was' },
  '416': { description: 'It has no such part', content: json(errorSchema) },
  ...refusals,
});
const statusSchema = z.object({ status: text });
const modelInfoSchema = z.record(
  z.string(),
  z.looseObject({ base_model: text.optional(), is_inpaint: z.boolean().optional() }),
);
const subscribing = (operationId: string) => ({
  post: { operationId, responses: responses(statusSchema, 'Nobody publishes graphs here') },
});

const operations: Record<string, Partial<Record<'get' | 'post' | 'put', ZodOpenApiOperationObject>>> = {
  '/prompt': {
    get: {
      operationId: 'countQueue',
      responses: responses(
        z.object({ exec_info: z.object({ queue_remaining: z.int() }) }),
        'How many of the person’s graphs wait or run',
      ),
    },
    post: {
      operationId: 'queuePrompt',
      requestBody: { required: true, content: json(promptSchema) },
      responses: responses(
        z.object({ prompt_id: text, number: z.int(), node_errors: z.record(z.string(), z.unknown()) }),
        'The graph is a task now. A prompt_id that came before is the same task',
      ),
    },
  },
  '/queue': {
    get: {
      operationId: 'listQueue',
      responses: responses(
        z.object({ queue_running: z.array(itemSchema), queue_pending: z.array(itemSchema) }),
        'The person’s own, the next first',
      ),
    },
    post: telling('changeQueue', queueSchema, 'They are taken out; those that run stay'),
  },
  '/interrupt': { post: telling('interrupt', interruptSchema, 'Those that run are stopped') },
  '/history': reading('listHistory', historySchema, 'By prompt_id, the oldest first', {
    requestParams: { query: z.object({ max_items: text.optional(), offset: text.optional() }) },
  }),
  '/history/{promptId}': reading(
    'readHistory',
    historySchema,
    'Empty without such a graph',
    named('promptId'),
  ),
  '/jobs': {
    get: {
      operationId: 'listJobs',
      requestParams: { query: jobsQuerySchema },
      responses: aboutJobs(
        z.object({
          jobs: z.array(jobSchema),
          pagination: z.object({
            offset: z.int(),
            limit: z.int().nullable(),
            total: z.int(),
            has_more: z.boolean(),
          }),
        }),
        'The person’s own, open ones and the history',
      ),
    },
  },
  '/jobs/{jobId}': {
    get: {
      operationId: 'readJob',
      ...named('jobId'),
      responses: aboutJobs(jobSchema, 'With its outputs, once it has ended'),
    },
  },
  '/jobs/cancel': {
    post: {
      operationId: 'cancelJobs',
      requestBody: { required: true, content: json(cancelSchema) },
      responses: cancelled,
    },
  },
  '/jobs/{jobId}/cancel': {
    post: { operationId: 'cancelJob', ...named('jobId'), responses: cancelled },
  },
  '/view': {
    get: {
      operationId: 'viewFile',
      requestParams: { query: z.object({ filename: text, preview: text.optional() }) },
      responses: files('The file'),
    },
  },
  '/upload/image': sending('uploadImage', 'The name by which graphs load it'),
  '/upload/mask': sending('uploadMask', 'The original with the mask as its transparency'),
  '/object_info': reading('listClasses', classesSchema, 'What graphs may be made of'),
  '/object_info/{name}': reading('readClass', classesSchema, 'Empty without such a class', named('name')),
  '/models': reading('listModelFolders', z.array(text), 'Folders of models'),
  '/models/{name}': reading('listModels', z.array(text), 'The files that the person may use', named('name')),
  '/embeddings': reading('listEmbeddings', z.array(text), 'None'),
  '/system_stats': reading('readSystem', z.looseObject({}), 'The release of ComfyUI that is spoken'),
  '/etn/image/{name}': {
    get: {
      operationId: 'readImage',
      ...named('name'),
      responses: files('A result'),
    },
    put: {
      operationId: 'keepImage',
      ...named('name'),
      requestBody: { required: true, content: { 'application/octet-stream': bytes } },
      responses: {
        ...responses(statusSchema, 'The same bytes are there under this name'),
        '201': { description: 'Graphs load it by this name', content: json(statusSchema) },
      },
    },
  },
  '/etn/model_info/{name}': reading('readModelInfo', modelInfoSchema, 'What the models of a folder are', {
    requestParams: {
      path: z.object({ name: text }),
      query: z.object({ offset: text.optional(), limit: text.optional() }),
    },
  }),
  '/etn/languages': reading('listLanguages', z.array(text), 'None'),
  '/etn/workflow/subscribe': subscribing('subscribe'),
  '/etn/workflow/unsubscribe': subscribing('unsubscribe'),
  '/features': reading('readFeatures', z.looseObject({}), 'What the server can do'),
};

const withKey = `An API key. A key with the scope ${doorScope} alone may stand before the path instead`;

/** The door as OpenAPI 3.1, by the schemas that requests are checked by. Each path is there below `/api` too. */
export const describeDoor = () =>
  createDocument(
    {
      openapi: '3.1.0',
      info: {
        title: 'Star-Graph for clients of ComfyUI',
        version,
        description: 'Messages come over `/ws?clientId=…`, as ComfyUI sends them.',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: '/', description: 'The port of its own: GRAPH_PORT' }],
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer', description: withKey },
          basic: { type: 'http', scheme: 'basic', description: 'An API key as the password' },
        },
      },
      security: [{ bearer: [] }, { basic: [] }],
      paths: operations,
    },
    openAnswers,
  );
