import { z } from 'zod';
import { idSchema, timeSchema } from '../fields.ts';
import { pageOf } from '../pages.ts';
import { laneSchema } from '../tasks/tasks.ts';

/** Why the planner puts a task next: by which of its rules, and in a sentence. */
export const planReasonSchema = z
  .object({
    code: z.enum([
      'moved-to-front',
      'waited-too-long',
      'models-loaded',
      'models-wanted',
      'others-decline',
      'done-soonest',
    ]),
    sentence: z.string(),
  })
  .meta({ id: 'PlanReason' });
export type PlanReasonView = z.output<typeof planReasonSchema>;

export const queueSchema = z
  .object({
    queued: z.int(),
    assigned: z.int(),
    running: z.int(),
    paused: z.boolean().meta({
      description: 'An administrator paused it: tasks are accepted and none is given to a GPU server',
    }),
    lanes: z.array(z.object({ lane: laneSchema, queued: z.int(), oldestSeconds: z.number() })),
    plan: z
      .object({
        ageSeconds: z.number().meta({ description: 'How long ago it was made' }),
        peopleWaiting: z.int().meta({ description: 'Those who are held back do not count' }),
        quantumSeconds: z
          .number()
          .meta({ description: 'Who is so many GPU-seconds above the least served one still comes first' }),
      })
      .optional()
      .meta({ description: 'What is planned now; absent while no dispatcher plans' }),
  })
  .meta({ id: 'Queue' });
export type QueueView = z.output<typeof queueSchema>;

export const queuePatchSchema = z.strictObject({
  paused: z.boolean().meta({
    description: 'true gives no more tasks to GPU servers; they finish what they have. false goes on',
  }),
});

const queuedTaskSchema = z
  .object({
    id: idSchema,
    userId: idSchema,
    lane: laneSchema,
    workflow: z.string(),
    queuePosition: z.int().meta({ description: '1 is next' }),
    etaSeconds: z.number().optional().meta({ description: 'Until its result' }),
    backendId: idSchema.optional().meta({ description: 'Where it is expected to run' }),
    reason: planReasonSchema.optional().meta({ description: 'Why there, and not later' }),
    createdAt: timeSchema,
    movedAt: timeSchema.optional().meta({ description: 'When it was moved to the front of the queue' }),
  })
  .meta({ id: 'QueuedTask' });
export type QueuedTaskView = z.output<typeof queuedTaskSchema>;
export const queuedTaskListSchema = pageOf(queuedTaskSchema);

const queueShareSchema = z
  .object({
    userId: idSchema,
    username: z.string().nullable(),
    weight: z.number().meta({ description: 'Their share of GPU-seconds beside others, by their role' }),
    simultaneousTasks: z.int().nullable().meta({
      description: 'How many tasks they may have on GPU servers at once, by their role; null: no limit',
    }),
    queued: z.int().meta({ description: 'How many of their tasks wait' }),
    heldBack: z.boolean().meta({
      description: 'They have as many tasks on GPU servers as they may: the others wait until one ends',
    }),
    servedSeconds: z.number().meta({
      description:
        'Their counter of GPU-seconds divided by their weight, loading included; only differences mean something',
    }),
    aheadSeconds: z.number().meta({ description: 'How far it is above the lowest of those who wait' }),
    comesFirst: z.boolean().meta({ description: 'They wait, are not held back, and are within the quantum' }),
  })
  .meta({ id: 'QueueShare' });
export type QueueShareView = z.output<typeof queueShareSchema>;
export const queueShareListSchema = pageOf(queueShareSchema);
