import { modelFolders } from '@star-graph/workflows/models/loaders';
import { rentalStates, rentingReasons } from '@star-graph/workflows/shared/rentals';
import { z } from 'zod';
import { idParamsSchema, idSchema, timeSchema } from '../fields.ts';
import { route } from '../route.ts';
import { adminRoute } from './adminRoute.ts';
import { examinationSchema } from './backends.ts';

const bytesSchema = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/, { error: 'Give 64 small hexadecimal digits.' });
const folderSchema = z.enum(modelFolders);

/** Ends that ComfyUI loads. The part may lie in a folder of its own, and never outside. */
const fileNameSchema = z
  .string()
  .max(255)
  .regex(
    /^(?!.*(?:^|\/)\.{1,2}(?:\/|$))[^\\/:*?"<>|\p{Cc}\s][^\\:*?"<>|\p{Cc}]*\.(?:safetensors|sft|ckpt|pth?|bin|gguf|onnx)$/u,
    { error: 'Give the name of a model file, such as ae.safetensors, in a sub-folder or in none.' },
  )
  .refine((name) => !name.includes('//'), { error: 'Write one slash between folders.' });

const secretNames = /token|key|secret|signature|password|auth/i;

const sourceSchema = z
  .url({ protocol: /^https?$/, error: 'Give an address that begins with https.' })
  .max(2_000)
  .refine((text) => URL.canParse(text) && new URL(text).username === '' && new URL(text).password === '', {
    error: 'Leave user and password out: the agent has them, in MODEL_HOST_TOKENS.',
  })
  .refine(
    (text) =>
      URL.canParse(text) && ![...new URL(text).searchParams.keys()].some((name) => secretNames.test(name)),
    {
      error: 'Leave the token out: the agent has it, in MODEL_HOST_TOKENS.',
    },
  )
  .meta({ description: 'The file itself. Whoever orders has seen it: the platform fetches from no other' });

const orderSchema = z.strictObject({
  files: z
    .array(
      z.strictObject({
        folder: folderSchema,
        name: fileNameSchema,
        url: sourceSchema,
        sha256: sha256Schema.optional().meta({
          description: 'What the file must have; without it what its host says, where it says one',
        }),
        bytes: bytesSchema
          .optional()
          .meta({ description: 'For the room on the disk, until the host was asked' }),
      }),
    )
    .min(1)
    .max(50)
    .refine((files) => new Set(files.map(({ folder, name }) => `${folder}/${name}`)).size === files.length, {
      error: 'Name each file once.',
    }),
});

const fetchSchema = z
  .object({
    id: idSchema,
    folder: z.string(),
    name: z.string(),
    url: z.string(),
    state: z.enum(['waiting', 'running', 'done', 'failed', 'cancelled']),
    bytes: z.int().optional().meta({ description: 'Of the whole file; absent until it is known' }),
    bytesDone: z.int(),
    sha256: z.string().optional().meta({ description: 'What it must have; once it is there, what it has' }),
    fault: z.string().optional().meta({ description: 'Why it failed, or what it waits for' }),
    createdAt: timeSchema,
    updatedAt: timeSchema,
  })
  .meta({ id: 'ModelFetch' });

const fetchListSchema = z
  .object({
    agent: z
      .object({
        joinedAt: timeSchema,
        seenAt: timeSchema,
        folders: z.array(
          z.object({
            folder: z.string(),
            path: z.string(),
            freeBytes: z.int(),
            fault: z.string().optional(),
          }),
        ),
      })
      .optional()
      .meta({
        description: 'The program on its machine that writes model files; absent: no machine has joined',
      }),
    items: z.array(fetchSchema).meta({ description: 'A file each, the newest order first' }),
  })
  .meta({ id: 'ModelFetchList' });
export type FetchListView = z.output<typeof fetchListSchema>;

const tokenSchema = z
  .string()
  .regex(/^[\w-]{43,128}$/, { error: 'Give 32 random bytes or more, as base64url.' });

const pathSchema = z.string().min(1).max(1_000);

const reportSchema = z.strictObject({
  comfyVersion: z.string().max(50).optional(),
  previewMethod: z.string().max(50).optional(),
  folders: z
    .partialRecord(
      folderSchema,
      z.strictObject({
        path: pathSchema,
        disk: z.string().min(1).max(100),
        freeBytes: bytesSchema,
        fault: z.string().min(1).max(300).optional(),
      }),
    )
    .meta({ description: 'Where model files go' }),
});

const mostArchitectures = 500;
const architecturesSchema = z
  .record(
    z.string().regex(/^(?:checkpoints|diffusion_models|loras)\/[^\p{Cc}]{1,255}$/u),
    z.string().min(1).max(100),
  )
  .refine((told) => Object.keys(told).length <= mostArchitectures, {
    error: `At most ${mostArchitectures} files.`,
  })
  .meta({
    description:
      'What the headers of all model files say, by folder/name, in the words of modelspec.architecture; left out while nothing has changed',
  });

const joiningSchema = z.strictObject({
  code: z.string().min(1).max(100),
  token: tokenSchema.meta({ description: 'The agent’s own secret, made by it' }),
  url: z.url({ protocol: /^https?$/, error: 'Give an http or https address.' }).max(255),
  name: z.string().trim().min(1).max(64).optional(),
  report: reportSchema,
});

const progressSchema = z.strictObject({
  id: idSchema,
  state: z.enum(['running', 'done', 'failed']),
  bytesDone: bytesSchema,
  bytes: bytesSchema.optional(),
  sha256: sha256Schema.optional(),
  fault: z.string().min(1).max(500).optional(),
});

const agentOrdersSchema = z
  .object({
    backend: z.object({
      id: idSchema,
      name: z.string(),
      state: z.string(),
      reason: z.string().optional(),
    }),
    fetch: fetchSchema
      .optional()
      .meta({ description: 'What to work on now; what is not here any more is called off' }),
  })
  .meta({ id: 'AgentOrders' });

const amountSchema = z.number().min(0);

const rentalListSchema = z
  .object({
    decision: z
      .object({
        decidedAt: timeSchema,
        why: z.enum(rentingReasons).meta({
          description:
            'nothing-waits, enough: no more are worth their start; starting: some were ordered; most, budget: no more may be; no-offer: the provider has none; resting: the last ones did no task; paused: the queue is; provider-away: it does not answer, and nothing changes',
        }),
        fault: z.string().optional().meta({ description: 'Why the provider could not be asked' }),
        waitingSeconds: amountSchema.meta({ description: 'Of work, on an ordinary server' }),
        oldestSeconds: amountSchema,
        lack: z
          .array(
            z.object({
              models: z.string(),
              tasks: z.int(),
              seconds: amountSchema,
              oldestSeconds: amountSchema,
            }),
          )
          .meta({ description: 'By the large models that the work needs, the most first' }),
        standing: z.int().meta({ description: 'Servers that are not rented and take tasks' }),
        worth: z.int().meta({ description: 'How many servers the waiting work is worth' }),
        spentToday: amountSchema.meta({ description: 'Dollars, by UTC, from the order to the end' }),
        budgetPerDay: amountSchema,
        most: z.int(),
        offer: amountSchema.optional().meta({ description: 'Dollars an hour of the next one' }),
      })
      .optional()
      .meta({ description: 'What was decided last; absent: none are rented here' }),
    items: z
      .array(
        z.object({
          id: idSchema,
          name: z.string().meta({ description: 'At the provider' }),
          state: z.enum(rentalStates).meta({
            description:
              'wanted: ordered; starting: its ComfyUI has not joined; serving: it takes tasks; draining: it finishes what it has; stopping: the provider is told to end it; ended',
          }),
          backendId: idSchema.optional(),
          pricePerHour: amountSchema,
          cost: amountSchema.meta({ description: 'Dollars so far, from the order' }),
          tasks: z.int().optional().meta({ description: 'How many it began; once it has ended' }),
          fault: z.string().optional(),
          createdAt: timeSchema,
          servingAt: timeSchema.optional(),
          endedAt: timeSchema.optional(),
        }),
      )
      .meta({ description: 'Those there are, then the last twenty that ended' }),
  })
  .meta({ id: 'RentalList' });
export type RentalListView = z.output<typeof rentalListSchema>;

/** GPU machines that join by a code, and the model files that their agents fetch. */
export const poolAgentRoutes = {
  adminMakeJoinCode: adminRoute('backends/join-codes', {
    method: 'post',
    summary: 'Make a code by which one GPU machine joins the pool',
    description: 'Good once, for an hour.',
    success: {
      status: 201,
      description: 'The code; it is never shown again',
      body: z.object({ code: z.string(), expiresAt: timeSchema }).meta({ id: 'JoinCode' }),
    },
    keyScope: 'admin:pool',
    needsPresence: true,
  }),
  adminListRentals: adminRoute('rentals', {
    method: 'get',
    summary: 'List GPU servers by the hour, what they cost, and why so many are rented',
    success: { status: 200, description: 'The last decision, and the servers', body: rentalListSchema },
    keyScope: 'admin:pool',
  }),
  adminListModelFetches: adminRoute('backends/{id}/model-fetches', {
    method: 'get',
    summary: 'List the model files that a GPU server fetches or fetched',
    params: idParamsSchema,
    success: { status: 200, description: 'Its agent, and the files', body: fetchListSchema },
    problems: ['not-found'],
    keyScope: 'admin:pool',
  }),
  adminFetchModels: adminRoute('backends/{id}/model-fetches', {
    method: 'post',
    summary: 'Have a GPU server fetch model files',
    description:
      'Its agent fetches them one after the other, goes on after a cut, and compares the SHA-256. A file that is on its way already is left alone.',
    params: idParamsSchema,
    body: orderSchema,
    success: { status: 202, description: 'Its agent, and the files', body: fetchListSchema },
    problems: ['not-found'],
    keyScope: 'admin:pool',
    needsPresence: true,
  }),
  adminCancelModelFetch: adminRoute('backends/{id}/model-fetches/{fetchId}', {
    method: 'delete',
    summary: 'Call off a model file that is on its way',
    params: idParamsSchema.extend({ fetchId: idSchema }),
    success: { status: 204, description: 'It is not fetched any more' },
    problems: ['not-found'],
    keyScope: 'admin:pool',
  }),
  joinPool: route({
    method: 'post',
    path: '/api/v1/pool/join',
    auth: 'none',
    tag: 'operation',
    summary: 'Join the pool as a GPU machine',
    description:
      'The code is the credential. The same agent may ask again after a lost answer. The answer says what the platform found at the address.',
    body: joiningSchema,
    success: {
      status: 200,
      description: 'It is in the pool',
      body: z.object({ backendId: idSchema, examination: examinationSchema }).meta({ id: 'Joined' }),
    },
    asksOthers: true,
  }),
  reportToPool: route({
    method: 'post',
    path: '/api/v1/pool/report',
    auth: 'none',
    tag: 'operation',
    summary: 'Say what a GPU machine has and does, and learn what to do',
    description: 'For the agent of a machine that joined. Its token is the credential.',
    body: z.strictObject({
      token: tokenSchema,
      report: reportSchema,
      fetch: progressSchema.optional(),
      architectures: architecturesSchema.optional(),
    }),
    success: { status: 200, description: 'What to do', body: agentOrdersSchema },
    problems: ['unauthenticated'],
  }),
  getPoolAgent: route({
    method: 'get',
    path: '/api/v1/pool/agent',
    auth: 'none',
    tag: 'operation',
    summary: 'The program for GPU machines, for Python 3.9 and later',
    success: { status: 200, description: 'Its source', contentType: 'text/plain' },
  }),
};
