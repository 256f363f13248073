import { modelLicenceSchema } from '@star-graph/workflows/models/modelEntry';
import { backendCredentialsSchema } from '@star-graph/workflows/shared/backendCredentials';
import { z } from 'zod';
import { idSchema, timeSchema } from '../fields.ts';
import { pageOf } from '../pages.ts';
import { planReasonSchema } from './queue.ts';

const labelsSchema = z
  .array(
    z.string().regex(/^[a-z0-9._-]{1,40}$/, {
      error: 'Use 1 to 40 small letters, digits, dots, underscores or hyphens.',
    }),
  )
  .max(20);

const weightSchema = z
  .int()
  .min(1)
  .max(100)
  .meta({ description: 'How fast it is beside an ordinary one, until its run times are learned' });

const backendNameSchema = z.string().trim().min(1).max(64);

/** The credentials that identify the platform to a GPU server or its proxy. Never shown again. */
const credentialsSchema = backendCredentialsSchema.meta({
  id: 'BackendCredentials',
  description: 'Sent with every request to the server and never shown again; kept encrypted',
});

export const newBackendSchema = z.strictObject({
  url: z.url({ protocol: /^https?$/, error: 'Give an http or https address.' }).max(255),
  name: backendNameSchema.optional(),
  weight: weightSchema.default(1),
  labels: labelsSchema.default([]),
  enabled: z.boolean().default(true),
  credentials: credentialsSchema.optional(),
});

export const backendPatchSchema = z.strictObject({
  name: backendNameSchema.optional(),
  weight: weightSchema.optional(),
  labels: labelsSchema.optional(),
  enabled: z.boolean().optional(),
  draining: z.boolean().optional().meta({
    description:
      'true finishes what it has and takes nothing new; tasks that only it can run wait. During a recycle it counts for the time afterwards',
  }),
  credentials: credentialsSchema.nullable().optional().meta({ description: 'null takes away what is set' }),
});

const unfitModelsSchema = z
  .object({
    models: z
      .array(z.string())
      .meta({ description: 'As folder/name; several do not run together, and may each without the others' }),
    reason: z.string().meta({ description: 'The class of the node, and what it said' }),
    taskId: idSchema.meta({ description: 'The task that found out' }),
    since: timeSchema,
    until: timeSchema.meta({
      description:
        'Tried again then, or as soon as the server has other files or nodes, or when it is cleared',
    }),
  })
  .meta({ id: 'UnfitModels' });

export const newWarmUpSchema = z.strictObject({
  workflow: z.string().min(1).max(100),
  params: z.record(z.string(), z.unknown()).default({}).meta({
    description:
      'As of a task, such as {"model": "…"}: those that choose models. Sides, steps and frames that are left out are as small as the workflow allows; pictures are not needed',
  }),
});

const warmUpSchema = z
  .object({
    state: z.enum(['waiting', 'posted', 'done', 'failed']).meta({
      description: 'waiting: until the server has nothing else to do; posted: it loads the models',
    }),
    workflow: z.string(),
    models: z.array(z.string()).meta({ description: 'As folder/name' }),
    since: timeSchema.meta({ description: 'Of the state' }),
    fault: z.string().optional().meta({ description: 'Why it failed' }),
  })
  .meta({ id: 'WarmUp' });

const recycleSchema = z
  .object({
    state: z.enum(['draining', 'freeing', 'restarting']).optional().meta({
      description:
        'draining: it finishes what it has; freeing: it drops its models; restarting: the restart hook was called; absent: it is over',
    }),
    reason: z.string(),
    since: timeSchema.meta({ description: 'Of the state, or when it was over' }),
    fault: z.string().optional().meta({ description: 'Why it did not do all it should, and what follows' }),
  })
  .meta({ id: 'Recycle' });

export const backendSchema = z
  .object({
    id: idSchema,
    url: z.string(),
    name: z.string(),
    weight: z.int(),
    labels: z.array(z.string()),
    enabled: z.boolean(),
    draining: z.boolean(),
    state: z.enum(['unknown', 'up', 'down', 'resting', 'trial']).meta({
      description:
        'resting: its circuit breaker is open after too many faults; trial: it gets one task at a time until one succeeds',
    }),
    reason: z
      .string()
      .optional()
      .meta({ description: 'Why it takes no tasks, or few, and what to do about it' }),
    credentials: z
      .enum(['none', 'basic', 'bearer', 'header'])
      .meta({ description: 'Of which kind they are set; what they are is not shown' }),
    owned: z.boolean().meta({ description: 'Whether a dispatcher works for it now' }),
    discoveredBy: z.string().optional().meta({
      description:
        'The source that found it and may take it out; absent for what people or COMFYUI_URLS named',
    }),
    comfyVersion: z.string().optional(),
    deviceName: z.string().optional(),
    vramTotalBytes: z.int().optional(),
    vramFreeBytes: z.int().optional(),
    foreignPrompts: z
      .int()
      .optional()
      .meta({ description: 'Prompts of other programs on it: its own tasks wait behind them' }),
    residency: z.array(z.string()).meta({ description: 'Model files its last graph loaded' }),
    recycle: recycleSchema
      .optional()
      .meta({ description: 'The recycle under way, or the last one; absent if there was none' }),
    warmUp: warmUpSchema
      .optional()
      .meta({ description: 'The warm-up that waits or runs, or the last one; absent if there was none' }),
    freshSince: timeSchema
      .optional()
      .meta({ description: 'Since its last recycle or restart, as far as a dispatcher saw it' }),
    unfitModels: z
      .array(unfitModelsSchema)
      .meta({ description: 'Found not to run here: nothing that needs them is sent' }),
    tasks: z
      .array(
        z.object({
          id: idSchema,
          attempt: z.int(),
          slot: z.int(),
          state: z.enum(['assigned', 'posted', 'running', 'ended']),
          startedAt: timeSchema.optional(),
          recalled: z
            .boolean()
            .meta({ description: 'It was asked back, and is given back unless it has begun' }),
        }),
      )
      .meta({ description: 'What it runs, and what waits on it' }),
    next: z
      .object({ taskId: idSchema, etaSeconds: z.number().optional(), reason: planReasonSchema })
      .optional()
      .meta({ description: 'Which task of the queue it gets next, as planned some seconds ago' }),
    seenAt: timeSchema.optional(),
    createdAt: timeSchema,
  })
  .meta({ id: 'Backend' });
export type BackendView = z.output<typeof backendSchema>;
export const backendListSchema = pageOf(backendSchema);

export const drainRequestSchema = z.strictObject({
  url: z.url({ protocol: /^https?$/, error: 'Give an http or https address.' }).max(255),
  draining: z.boolean(),
});

export const drainedSchema = z
  .object({
    id: idSchema,
    draining: z.boolean(),
    tasks: z.int().meta({ description: 'What it still has; while it drains, nothing is added' }),
  })
  .meta({ id: 'Drained' });

export const recalledSchema = z
  .object({ recalled: z.int().meta({ description: 'How many tasks were asked back now' }) })
  .meta({ id: 'Recalled' });

export const examineRequestSchema = z.strictObject({
  url: z.url({ protocol: /^https?$/, error: 'Give an http or https address.' }).max(255),
  credentials: credentialsSchema.optional(),
});

const lackedModelSchema = z
  .object({
    folder: z.string(),
    name: z.string(),
    bytes: z.int().optional(),
    publishedAs: z
      .string()
      .optional()
      .meta({ description: 'The repository in which its authors publish it' }),
    proposedUrl: z
      .string()
      .optional()
      .meta({ description: 'Made of the names alone; nobody has looked whether the file is there' }),
    licence: modelLicenceSchema.optional(),
  })
  .meta({ id: 'LackedModel' });
export type LackedModelView = z.output<typeof lackedModelSchema>;

export const examinationSchema = z
  .object({
    url: z.string(),
    reachable: z.boolean().meta({ description: 'Without it only `fault` follows' }),
    fault: z.string().optional().meta({ description: 'Why it cannot be used, and what to do about it' }),
    comfyVersion: z.string().optional(),
    devices: z
      .array(z.object({ name: z.string(), vramTotalBytes: z.int(), vramFreeBytes: z.int() }))
      .optional(),
    ramTotalBytes: z.int().optional(),
    ramFreeBytes: z.int().optional(),
    clockOffsetSeconds: z
      .number()
      .optional()
      .meta({ description: 'How far its clock is ahead of this process; absent if it tells no time' }),
    prompts: z.int().optional().meta({ description: 'Anybody’s, that run or wait on it' }),
    runs: z
      .array(z.string())
      .optional()
      .meta({ description: 'The workflows on offer that it runs with their usual choices' }),
    lacks: z
      .array(
        z.object({
          what: z.string().meta({ description: 'In the words of `workflow-unavailable`' }),
          workflows: z.array(z.string()).meta({ description: 'Those that wait for it' }),
          model: lackedModelSchema.optional().meta({ description: 'Where it is a model file' }),
        }),
      )
      .optional()
      .meta({ description: 'Each lack once; what most workflows wait for comes first' }),
  })
  .meta({ id: 'Examination' });
export type ExaminationView = z.output<typeof examinationSchema>;
