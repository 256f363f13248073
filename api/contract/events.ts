import { type EventType, eventTypes, type TerminalEventType } from '@star-graph/workflows/shared/eventTypes';
import { z } from 'zod';
import { assetSchema } from './assets/assets.ts';
import { creditsSchema, idSchema, timeSchema, workflowNameSchema } from './fields.ts';
import { announcementSchema } from './platform/announcements.ts';
import { poolStateSchema } from './platform/status.ts';
import { problemSchema } from './problems.ts';
import { generateSchema, idempotencyKeySchema } from './tasks/generate.ts';
import { progressSchema, taskMetaSchema, taskSchema } from './tasks/tasks.ts';

/** Where STOMP clients subscribe and send. */
export const destinations = {
  status: '/user/topic/status',
  progress: '/user/topic/progress',
  result: '/user/topic/result',
  reply: '/user/queue/reply',
  public: '/topic/public',
  generate: '/app/generate',
  cancel: '/app/cancel',
} as const;
export type Destination = (typeof destinations)[keyof typeof destinations];

/** The content of each event type beside the envelope. Tasks are presented when the event is delivered. */
const eventDataSchemas = {
  task_created: z.object({ task: taskSchema }),
  task_queued: z.object({ attempt: z.int() }),
  task_started: z.object({ attempt: z.int() }),
  progress_update: progressSchema,
  task_completed: z.object({
    attempt: z.int(),
    outputs: z.array(assetSchema),
    withheld: z.int().optional().meta({ description: 'How many more there are, which are withheld' }),
    cached: z.boolean(),
    cost: creditsSchema,
  }),
  task_failed: z.object({
    attempt: z.int(),
    error: problemSchema,
    charged: creditsSchema.optional().meta({
      description: 'What was paid: 0, but for a graph that used up its time or broke off by itself',
    }),
  }),
  task_cancelled: z.object({
    attempt: z.int(),
    charged: creditsSchema.optional().meta({ description: 'What was paid for what was computed' }),
  }),
  /** Whole tasks instead of a gap; `taskId` is empty in the snapshot of a user. */
  state_snapshot: z.object({ tasks: z.array(taskSchema) }),
} as const satisfies Record<EventType, z.ZodType>;
type EventTypeView = EventType;

const envelope = <Type extends EventTypeView>(type: Type) =>
  z
    .object({
      type: z.literal(type),
      taskId: z.string(),
      // It is empty in the snapshot of a service key without tasks.
      userId: type === 'state_snapshot' ? z.string() : idSchema,
      timestamp: timeSchema,
      seq: z.string().meta({ description: 'Opaque; give the last one back to resume' }),
      data: eventDataSchemas[type],
    })
    .meta({ id: `Event_${type}` });

type Envelope = { [Type in EventType]: ReturnType<typeof envelope<Type>> }[EventType];
// Each has a type of its own, which the compiler cannot follow through a loop.
const envelopes = eventTypes.map((type) => envelope(type) as unknown as Envelope);

export const eventSchema = z.discriminatedUnion('type', envelopes as [Envelope, ...Envelope[]]);
export type EventView = z.output<typeof eventSchema>;
export type TerminalEventView = EventOf<TerminalEventType>;
type EventOf<Type extends EventTypeView> = Extract<EventView, { type: Type }>;

/** Messages of `/topic/public`. */
export const publicMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('announcement'), data: announcementSchema }),
  z.object({ type: z.literal('pool_state'), data: poolStateSchema }),
]);
export type PublicMessage = z.output<typeof publicMessageSchema>;

/** Any text the client likes; it comes back on the reply. */
const correlationIdSchema = z.string().min(1).max(64);

/** Body of SEND to `/app/generate`. */
export const sendGenerateSchema = z.strictObject({
  workflow: workflowNameSchema,
  params: generateSchema.omit({ meta: true }),
  meta: taskMetaSchema.optional(),
  idempotencyKey: idempotencyKeySchema.optional(),
  correlationId: correlationIdSchema.optional(),
});
export type SendGenerate = z.input<typeof sendGenerateSchema>;

/** Body of SEND to `/app/cancel`. */
export const sendCancelSchema = z.strictObject({
  taskId: z.string().max(64),
  correlationId: correlationIdSchema.optional(),
});
export type SendCancel = z.input<typeof sendCancelSchema>;

/** Messages of `/user/queue/reply`: one for each SEND. */
export const replySchema = z.union([
  z.object({ correlationId: z.string().optional(), task: taskSchema }),
  z.object({ correlationId: z.string().optional(), problem: problemSchema }),
]);
export type Reply = z.output<typeof replySchema>;
