import { z } from 'zod';
import { createDocument, type ZodOpenApiOperationObject } from 'zod-openapi';
import { version } from '../../version.ts';
import { openAnswers, refusedStatuses } from '../openAnswers.ts';
import { geminiPrefix, routerImagesPath, routerVideosPath } from './answer.ts';
import { chatSchema } from './chat.ts';
import { generateContentSchema, predictSchema } from './gemini.ts';
import { editSchema, generationSchema, mostImages } from './parameters.ts';
import { responsesSchema } from './responses.ts';
import { routerImagesSchema } from './routerImages.ts';
import { routerVideoSchema } from './routerVideos.ts';
import { remixSchema, videoSchema } from './videoRequest.ts';
import { listSchema } from './videoRoutes.ts';

const file = z.string().meta({ format: 'binary' });

const errorSchema = z
  .object({
    error: z.object({
      message: z.string(),
      type: z.string(),
      param: z.string().nullable(),
      code: z.string(),
    }),
  })
  .meta({ id: 'Error' });

const imagesSchema = z
  .object({
    created: z.int(),
    data: z.array(z.object({ b64_json: z.string().optional(), url: z.string().optional() })),
    other_results: z
      .array(z.object({ type: z.string(), url: z.string(), text: z.string().optional() }))
      .optional()
      .meta({ description: 'What a workflow made beside its pictures, with links for an hour' }),
    background: z.literal('opaque'),
    output_format: z.enum(['png', 'webp', 'jpeg']),
    quality: z.string(),
    size: z.string(),
    usage: z
      .object({ input_tokens: z.int(), output_tokens: z.int(), total_tokens: z.int() })
      .meta({ description: 'One output token is one credit that was paid' }),
  })
  .meta({ id: 'Images' });

const modelSchema = z
  .object({ id: z.string(), object: z.literal('model'), created: z.int(), owned_by: z.string() })
  .meta({ id: 'Model' });

const json = (schema: z.ZodType) => ({ 'application/json': { schema } });

const refusalsOf = (description: string, schema: z.ZodType) =>
  Object.fromEntries(refusedStatuses.map((status) => [status, { description, content: json(schema) }]));
const refusals = refusalsOf('An error as OpenAI has it', errorSchema);

const tokensSchema = z
  .object({ prompt_tokens: z.int(), completion_tokens: z.int(), total_tokens: z.int() })
  .meta({ description: 'One completion token is one credit that was paid' });

const answering = (answer: z.ZodType, description: string) => ({
  '200': { description, content: json(answer) },
  ...refusals,
});

/** Or as events, where the request asks for them. */
const withEvents = (answer: z.ZodType, description: string) => ({
  '200': { description, content: { ...json(answer), 'text/event-stream': { schema: z.string() } } },
});
const drawn = {
  ...withEvents(imagesSchema, 'When the pictures are there, or events on the way to them'),
  ...refusals,
};

const routerErrorSchema = z
  .object({
    error: z.object({
      code: z.int(),
      message: z.string(),
      metadata: z.object({ type: z.string(), param: z.string().nullable(), code: z.string() }),
    }),
  })
  .meta({ id: 'RouterError' });
const routerAnswering = (answer: z.ZodType, description: string) => ({
  '200': { description, content: json(answer) },
  ...refusalsOf('An error as OpenRouter has it', routerErrorSchema),
});
const jobSchema = z
  .looseObject({
    id: z.string(),
    polling_url: z.string(),
    status: z.enum(['pending', 'in_progress', 'completed', 'failed', 'cancelled']),
    unsigned_urls: z.array(z.string()).optional(),
  })
  .meta({ id: 'Job' });

const responseSchema = z
  .looseObject({
    id: z.string(),
    object: z.literal('response'),
    status: z.enum(['queued', 'in_progress', 'completed', 'failed', 'cancelled']),
    output: z.array(z.looseObject({ id: z.string(), type: z.enum(['image_generation_call', 'message']) })),
  })
  .meta({ id: 'Response' });
const geminiModelSchema = z
  .object({ name: z.string(), displayName: z.string(), supportedGenerationMethods: z.array(z.string()) })
  .meta({ id: 'GeminiModel' });
const geminiAnswerSchema = z.looseObject({
  candidates: z.array(z.looseObject({})).optional(),
  predictions: z.array(z.looseObject({})).optional(),
});
const geminiErrorSchema = z
  .object({ error: z.object({ code: z.int(), message: z.string(), status: z.string() }) })
  .meta({ id: 'GeminiError' });
const geminiAnswering = (answer: z.ZodType, description: string) => ({
  '200': { description, content: json(answer) },
  ...refusalsOf('An error as Gemini has it', geminiErrorSchema),
});

const geminiDrawn = {
  ...withEvents(geminiAnswerSchema, 'When the pictures are there'),
  ...refusalsOf('An error as Gemini has it', geminiErrorSchema),
};

const repeated = z.object({
  'Idempotency-Key': z.string().optional().meta({
    description: 'The same request under the same key is done once, and outlives a lost connection',
  }),
});

const formSchema = editSchema.extend({
  image: z.union([file, z.array(file).max(mostImages)]).meta({ description: 'Several as image[]' }),
  mask: file.optional().meta({ description: 'Transparent where the picture is drawn anew' }),
});

const reference = z.object({
  image_url: z.string().meta({ description: 'https://…, or data:image/png;base64,…' }),
});

const jsonEditSchema = editSchema.extend({
  images: z.array(reference).min(1).max(mostImages),
  mask: reference.optional(),
});

const chatAnswerSchema = z
  .object({
    id: z.string(),
    object: z.literal('chat.completion'),
    created: z.int(),
    model: z.string(),
    choices: z.array(
      z.object({
        index: z.int(),
        finish_reason: z.string(),
        message: z.object({
          role: z.literal('assistant'),
          content: z.string(),
          images: z
            .array(z.object({ type: z.literal('image_url'), image_url: z.object({ url: z.string() }) }))
            .optional(),
        }),
      }),
    ),
    usage: tokensSchema,
    system_fingerprint: z.null(),
  })
  .meta({ id: 'ChatCompletion' });

const routerAnswerSchema = imagesSchema
  .extend({
    data: z.array(z.object({ b64_json: z.string().optional(), media_type: z.string() })),
    usage: tokensSchema,
  })
  .meta({ id: 'RouterImages' });

const filmSchema = z
  .object({
    id: z.string(),
    object: z.literal('video'),
    model: z.string(),
    status: z.enum(['queued', 'in_progress', 'completed', 'failed']),
    progress: z.int(),
    created_at: z.int(),
    completed_at: z.int().nullable(),
    expires_at: z.int().nullable(),
    size: z.string(),
    seconds: z.string(),
    prompt: z.string().nullable(),
    remixed_from_video_id: z.string().nullable(),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
  })
  .meta({ id: 'Video' });
const filmPath = z.object({ id: z.string() });

const operations: Record<string, Partial<Record<'get' | 'post' | 'delete', ZodOpenApiOperationObject>>> = {
  '/v1/images/generations': {
    post: {
      operationId: 'createImage',
      requestParams: { header: repeated },
      requestBody: { required: true, content: json(generationSchema) },
      responses: drawn,
    },
  },
  '/v1/images/edits': {
    post: {
      operationId: 'createImageEdit',
      requestParams: { header: repeated },
      requestBody: {
        required: true,
        content: { ...json(jsonEditSchema), 'multipart/form-data': { schema: formSchema } },
      },
      responses: drawn,
    },
  },
  '/v1/chat/completions': {
    post: {
      operationId: 'createChatCompletion',
      requestParams: { header: repeated },
      requestBody: { required: true, content: json(chatSchema) },
      responses: {
        ...withEvents(chatAnswerSchema, 'The picture, or chunks of the same as events'),
        ...refusals,
      },
    },
  },
  [routerImagesPath]: {
    post: {
      operationId: 'createRouterImages',
      requestParams: { header: repeated },
      requestBody: { required: true, content: json(routerImagesSchema) },
      responses: {
        ...answering(routerAnswerSchema, 'The pictures, as OpenRouter has them'),
        ...refusalsOf('An error as OpenRouter has it', routerErrorSchema),
      },
    },
  },
  '/v1/videos': {
    post: {
      operationId: 'createVideo',
      requestParams: { header: repeated },
      requestBody: {
        required: true,
        content: {
          ...json(videoSchema),
          'multipart/form-data': { schema: videoSchema.extend({ input_reference: file.optional() }) },
        },
      },
      responses: answering(filmSchema, 'The film, which is made from now on'),
    },
    get: {
      operationId: 'listVideos',
      requestParams: { query: listSchema },
      responses: answering(
        z.object({
          object: z.literal('list'),
          data: z.array(filmSchema),
          first_id: z.string().nullable(),
          last_id: z.string().nullable(),
          has_more: z.boolean(),
        }),
        'The films of the person, newest first',
      ),
    },
  },
  '/v1/videos/edits': { post: { operationId: 'editVideo', responses: refusals } },
  '/v1/videos/extensions': { post: { operationId: 'extendVideo', responses: refusals } },
  '/v1/videos/{id}': {
    get: {
      operationId: 'retrieveVideo',
      requestParams: { path: filmPath },
      responses: answering(filmSchema, 'The film; openai-poll-after-ms says when to ask again'),
    },
    delete: {
      operationId: 'deleteVideo',
      requestParams: { path: filmPath },
      responses: answering(
        z.object({ id: z.string(), object: z.literal('video.deleted'), deleted: z.literal(true) }),
        'It is gone; an unfinished one is cancelled',
      ),
    },
  },
  '/v1/videos/{id}/content': {
    get: {
      operationId: 'downloadVideo',
      requestParams: {
        path: filmPath,
        query: z.object({ variant: z.enum(['video', 'thumbnail']).optional() }),
      },
      responses: {
        '200': {
          description: 'The bytes',
          content: { 'video/*': { schema: file }, 'image/*': { schema: file } },
        },
        '206': { description: 'A part of them', content: { 'video/*': { schema: file } } },
        '416': { description: 'There is no such part', content: json(errorSchema) },
        ...refusals,
      },
    },
  },
  '/v1/videos/{id}/remix': {
    post: {
      operationId: 'remixVideo',
      requestParams: { path: filmPath, header: repeated },
      requestBody: { required: true, content: json(remixSchema) },
      responses: answering(filmSchema, 'The same film by other words'),
    },
  },
  [routerVideosPath]: {
    post: {
      operationId: 'createJob',
      requestParams: { header: repeated },
      requestBody: { required: true, content: json(routerVideoSchema) },
      responses: routerAnswering(jobSchema, 'A film that will be made'),
    },
  },
  [`${routerVideosPath}/models`]: {
    get: {
      operationId: 'listFilmModels',
      responses: routerAnswering(
        z.object({ data: z.array(z.looseObject({ id: z.string(), name: z.string() })) }),
        'What makes films',
      ),
    },
  },
  [`${routerVideosPath}/{id}`]: {
    get: {
      operationId: 'readJob',
      requestParams: { path: z.object({ id: z.string() }) },
      responses: routerAnswering(jobSchema, 'As it is now'),
    },
  },
  [`${routerVideosPath}/{id}/content`]: {
    get: {
      operationId: 'readJobContent',
      requestParams: { path: z.object({ id: z.string() }) },
      responses: {
        ...routerAnswering(jobSchema, 'The film'),
        '200': { description: 'The film', content: { 'video/*': { schema: file } } },
        '206': { description: 'A part of it', content: { 'video/*': { schema: file } } },
      },
    },
  },
  '/v1/responses': {
    post: {
      operationId: 'createResponse',
      requestParams: { header: repeated },
      requestBody: { required: true, content: json(responsesSchema) },
      responses: {
        ...withEvents(responseSchema, 'A picture, events on the way to it, or what will have it'),
        ...refusals,
      },
    },
  },
  '/v1/responses/{id}': {
    get: {
      operationId: 'readResponse',
      requestParams: { path: z.object({ id: z.string() }) },
      responses: answering(responseSchema, 'As it is now'),
    },
  },
  '/v1/responses/{id}/cancel': {
    post: {
      operationId: 'cancelResponse',
      requestParams: { path: z.object({ id: z.string() }) },
      responses: answering(responseSchema, 'It has ended'),
    },
  },
  [`${geminiPrefix}models`]: {
    get: {
      operationId: 'listGeminiModels',
      responses: geminiAnswering(z.object({ models: z.array(geminiModelSchema) }), 'What draws here'),
    },
  },
  [`${geminiPrefix}models/{model}`]: {
    get: {
      operationId: 'readGeminiModel',
      requestParams: { path: z.object({ model: z.string() }) },
      responses: geminiAnswering(geminiModelSchema, 'One of them'),
    },
    post: {
      operationId: 'generateContent',
      description:
        'The name of a model and the operation: `:generateContent`, `:streamGenerateContent`, `:predict`',
      requestParams: { path: z.object({ model: z.string() }), header: repeated },
      requestBody: { required: true, content: json(z.union([generateContentSchema, predictSchema])) },
      responses: geminiDrawn,
    },
  },
  '/v1/models': {
    get: {
      operationId: 'listModels',
      responses: answering(
        z.union([
          z.object({ object: z.literal('list'), data: z.array(modelSchema) }),
          z.object({ models: z.array(geminiModelSchema) }),
        ]),
        'The models that the key may ask for; as Gemini has them to its package',
      ),
    },
  },
  '/v1/models/{model}': {
    get: {
      operationId: 'retrieveModel',
      requestParams: { path: z.object({ model: z.string() }) },
      responses: answering(z.union([modelSchema, geminiModelSchema]), 'The model'),
    },
    post: {
      operationId: 'generateContentByPackage',
      description:
        'The name of a model and the operation: `:generateContent`, `:streamGenerateContent`, `:predict`',
      requestParams: { path: z.object({ model: z.string() }), header: repeated },
      requestBody: { required: true, content: json(z.union([generateContentSchema, predictSchema])) },
      responses: geminiDrawn,
    },
  },
};

/** The door as OpenAPI 3.1. It is not part of our own contract, whose failures have another form. */
export const describeDoor = (publicUrl: string) =>
  createDocument(
    {
      openapi: '3.1.0',
      info: { title: 'Star-Graph for OpenAI clients', version, license: { name: 'MIT', identifier: 'MIT' } },
      servers: [{ url: publicUrl }],
      components: {
        securitySchemes: { bearer: { type: 'http', scheme: 'bearer', description: 'An API key' } },
      },
      security: [{ bearer: [] }],
      paths: operations,
    },
    openAnswers,
  );
