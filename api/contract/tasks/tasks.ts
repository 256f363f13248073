import { lanes, taskTypes } from '@star-graph/workflows';
import { isOpen, isTerminal, taskStatuses } from '@star-graph/workflows/shared/taskStatuses';
import { z } from 'zod';
import { assetSchema } from '../assets/assets.ts';
import { creditsSchema, idSchema, instantSchema, roomIdSchema, timeSchema } from '../fields.ts';
import { pageOf, pageQuery } from '../pages.ts';
import { problemSchema } from '../problems.ts';

export const taskStatusSchema = z.enum(taskStatuses);
export type TaskStatusView = z.output<typeof taskStatusSchema>;
export { isOpen, isTerminal };

export const taskTypeSchema = z.enum(taskTypes);

export const laneSchema = z.enum(lanes);

/** The state of a waiting or running task. */
export const progressSchema = z
  .object({
    percent: z
      .number()
      .min(0)
      .max(100)
      .meta({ description: 'Over the whole graph; never falls within an attempt' }),
    node: z.string().optional().meta({ description: 'The class of the node at work' }),
    nodeId: z
      .string()
      .optional()
      .meta({ description: 'The id of the node at work, in a graph that the person brought' }),
    step: z.int().optional(),
    steps: z.int().optional(),
    queuePosition: z.int().optional(),
    etaSeconds: z.number().optional(),
    cancelCost: creditsSchema
      .optional()
      .meta({ description: 'Credits that cancelling now would cost; absent: none' }),
    preview: z
      .object({
        mime: z.string(),
        base64: z.string(),
        nodeId: z
          .string()
          .optional()
          .describe('The id of the node that made it, in a graph that you brought.'),
      })
      .optional(),
  })
  .meta({ id: 'Progress' });
export type ProgressView = z.output<typeof progressSchema>;

/** Data of the client's own, at most 1 KB in all. */
export const taskMetaSchema = z
  .strictObject({
    parentId: z.string().max(64).optional().meta({ description: 'The task of yours this one goes on from' }),
    sourceUrl: z
      .url({ protocol: /^https?$/, error: 'Give an http or https address.' })
      .max(2_000)
      .optional()
      .meta({ description: 'Where the input was found; never fetched' }),
    clientRef: z
      .string()
      .refine((text) => new TextEncoder().encode(text).length <= 1_024, { error: 'Use at most 1 KB.' })
      .optional()
      .meta({ description: "The client's own note, given back as it was" }),
    visibility: z.enum(['public', 'private']).optional(),
    room: roomIdSchema.optional().meta({
      description: 'The Activity in Discord on whose wall it is shown, while you are in it',
    }),
  })
  .meta({ id: 'TaskMeta' });
export type TaskMetaView = z.output<typeof taskMetaSchema>;

export const taskSchema = z
  .object({
    id: idSchema,
    type: taskTypeSchema,
    workflow: z.object({ name: z.string(), version: z.int() }),
    status: taskStatusSchema,
    lane: laneSchema,
    params: z.record(z.string(), z.unknown()).meta({ description: 'Defaults filled in, seed fixed' }),
    meta: taskMetaSchema,
    cost: creditsSchema,
    payer: z
      .object({ guildId: z.string() })
      .optional()
      .meta({ description: 'The Discord server whose shared credits pay; absent: the person does' }),
    charged: creditsSchema.optional().meta({
      description:
        'What was paid in the end, also by a task that was cancelled or, for the time of a graph, failed; absent while it is unfinished',
    }),
    attempt: z.int(),
    cached: z.boolean(),
    progress: progressSchema,
    outputs: z.array(assetSchema),
    withheld: z
      .int()
      .optional()
      .meta({ description: 'How many results are withheld; absent: none. GET /api/v1/withheld says why' }),
    error: problemSchema.optional(),
    parentId: idSchema.optional(),
    traceId: z.string().optional().meta({
      description: 'The trace it belongs to (W3C Trace Context); absent for tasks of older releases',
    }),
    createdAt: timeSchema,
    startedAt: timeSchema.optional(),
    finishedAt: timeSchema.optional(),
  })
  .meta({ id: 'Task' });
export type TaskView = z.output<typeof taskSchema>;

export const taskPatchSchema = z.strictObject({
  visibility: z.literal('public').meta({ description: 'Its owner has shown its results to others' }),
});

export const cancelQuerySchema = z.strictObject({
  refund: z
    .literal('all')
    .optional()
    .meta({ description: 'Gives all credits back; for a service key whose own fault the cancel is' }),
});
export const taskListSchema = pageOf(taskSchema);

export const taskQuerySchema = z.strictObject({
  ...pageQuery,
  status: taskStatusSchema.optional(),
  type: taskTypeSchema.optional(),
  from: instantSchema.optional().meta({ description: 'Created at or after' }),
  to: instantSchema.optional().meta({ description: 'Created before' }),
});
export type TaskQuery = z.input<typeof taskQuerySchema>;
