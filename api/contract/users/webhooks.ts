import { factTypes, terminalEventTypes } from '@star-graph/workflows/shared/eventTypes';
import { z } from 'zod';
import { idSchema, timeSchema } from '../fields.ts';
import { pageOf, pageQuery } from '../pages.ts';
import { makerSchema } from './makers.ts';

/** Facts that a webhook can be told of; progress is only for those who watch. */
export const webhookTypeSchema = z.enum(factTypes);

const webhookSchema = z
  .object({
    id: idSchema,
    url: z.string(),
    types: z.array(webhookTypeSchema),
    createdAt: timeSchema,
    disabledAt: timeSchema.optional().meta({
      description:
        'Since when nothing is sent, because the receiver answered 410 or failed for five days; a replay enables it, and a test that is taken',
    }),
    madeBy: makerSchema.optional(),
    failures: z.int().meta({ description: 'Tries that failed in a row' }),
    restingUntil: timeSchema.optional().meta({
      description: 'Nothing is tried before, since the last five or more failed',
    }),
  })
  .meta({ id: 'Webhook' });
export type WebhookView = z.output<typeof webhookSchema>;
export const webhookListSchema = pageOf(webhookSchema);

export const newWebhookSchema = z.strictObject({
  url: z
    .string()
    .max(500, { error: 'Use at most 500 characters.' })
    .meta({ description: 'http or https, on the public internet', examples: ['https://example.com/hook'] }),
  types: z
    .array(webhookTypeSchema)
    .min(1, { error: 'Choose at least one type of event.' })
    .max(webhookTypeSchema.options.length, { error: 'Name each type once.' })
    .default([...terminalEventTypes]),
});

const deliveryStateSchema = z.enum(['waiting', 'delivered', 'failed']).meta({
  description: '`failed`: given up after nine tries, or the webhook was disabled; kept for a week',
});

const deliveryFields = {
  id: idSchema.meta({ description: 'The `webhook-id` of every try' }),
  state: deliveryStateSchema,
  tries: z.int(),
  dueAt: timeSchema.optional().meta({ description: 'The next try, while it waits' }),
  lastTriedAt: timeSchema.optional(),
  lastStatus: z.int().optional().meta({ description: 'Absent after a try: the receiver did not answer' }),
};

const deliverySchema = z
  .object({ ...deliveryFields, type: webhookTypeSchema, taskId: idSchema })
  .meta({ id: 'WebhookDelivery' });
export type DeliveryView = z.output<typeof deliverySchema>;
export const deliveryListSchema = pageOf(deliverySchema);
export const deliveryQuerySchema = z.strictObject({ ...pageQuery, state: deliveryStateSchema.optional() });

const deadLetterSchema = z
  .object({ ...deliveryFields, webhookId: idSchema, userId: idSchema, url: z.string() })
  .meta({ id: 'DeadLetter' });
export type DeadLetterView = z.output<typeof deadLetterSchema>;
export const deadLetterListSchema = pageOf(deadLetterSchema);

/** Kept for a week. */
const setAsideSchema = z
  .object({
    taskId: idSchema,
    userId: idSchema,
    type: webhookTypeSchema,
    tries: z.int(),
    failedAt: timeSchema,
  })
  .meta({ id: 'SetAsideEvent' });
export const setAsideListSchema = z.object({ items: z.array(setAsideSchema) });

export const replaySchema = z.strictObject({
  deliveryId: idSchema.optional().meta({ description: 'Only this one' }),
});
export const replayedSchema = z.object({ replayed: z.int() }).meta({ id: 'Replayed' });

export const webhookTestSchema = z
  .object({
    delivered: z.boolean().meta({ description: 'Whether the receiver answered 2xx' }),
    status: z.int().optional().meta({ description: 'Absent: the receiver did not answer within 15 seconds' }),
    milliseconds: z.int().meta({ description: 'Until the answer' }),
  })
  .meta({ id: 'WebhookTest' });
export type WebhookTestView = z.output<typeof webhookTestSchema>;

/** The only answer that ever shows the secret. */
export const createdWebhookSchema = webhookSchema
  .extend({
    secret: z.string().meta({ description: 'whsec_ and base64: checks the signature of Standard Webhooks' }),
  })
  .meta({ id: 'CreatedWebhook' });
export const rotatedSecretSchema = createdWebhookSchema
  .extend({ oldSecretUntil: timeSchema.meta({ description: 'Until then the old secret signs too' }) })
  .meta({ id: 'RotatedWebhookSecret' });
export type CreatedWebhookView = z.output<typeof createdWebhookSchema>;
