import { factTypes, terminalEventTypes } from '@star-graph/workflows/shared/eventTypes';
import { z } from 'zod';
import { idSchema, timeSchema } from '../fields.ts';
import { pageOf } from '../pages.ts';

/** Facts that a webhook can be told of; progress is only for those who watch. */
export const webhookTypeSchema = z.enum(factTypes);

export const webhookSchema = z
  .object({
    id: idSchema,
    url: z.string(),
    types: z.array(webhookTypeSchema),
    createdAt: timeSchema,
    disabledAt: timeSchema.optional().meta({
      description: 'Since when nothing is sent, because the receiver answered 410',
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

/** The only answer that ever shows the secret. */
export const createdWebhookSchema = webhookSchema
  .extend({
    secret: z.string().meta({ description: 'whsec_ and base64: checks the signature of Standard Webhooks' }),
  })
  .meta({ id: 'CreatedWebhook' });
export type CreatedWebhookView = z.output<typeof createdWebhookSchema>;
