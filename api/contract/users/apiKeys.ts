import { z } from 'zod';
import { timeSchema } from '../fields.ts';
import { pageOf } from '../pages.ts';

export const apiKeySchema = z
  .object({
    id: z.string(),
    kind: z.enum(['user', 'service']),
    name: z.string(),
    createdAt: timeSchema,
    usedAt: timeSchema.optional(),
  })
  .meta({ id: 'ApiKey' });
export type ApiKeyView = z.output<typeof apiKeySchema>;
export const apiKeyListSchema = pageOf(apiKeySchema);

export const newApiKeySchema = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1, { error: 'Give the key a name.' })
    .max(64, { error: 'Use at most 64 characters.' }),
});

/** The only answer that ever shows the key. */
export const createdApiKeySchema = apiKeySchema.extend({ key: z.string() }).meta({ id: 'CreatedApiKey' });
export type CreatedApiKeyView = z.output<typeof createdApiKeySchema>;

export const apiKeyParamsSchema = z.strictObject({ id: z.string().regex(/^[a-z0-9]{8}$/) });

export const linkCodeSchema = z.object({ code: z.string(), expiresAt: timeSchema }).meta({ id: 'LinkCode' });
export type LinkCodeView = z.output<typeof linkCodeSchema>;
