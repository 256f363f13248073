import { keyScopes } from '@star-graph/workflows/shared/keyScopes';
import { z } from 'zod';
import { creditsSchema, timeSchema } from '../fields.ts';
import { pageOf } from '../pages.ts';
import { makerSchema } from './makers.ts';

const networkSchema = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], {
  error: 'Give addresses or CIDR ranges, such as 192.0.2.0/24.',
});
const scopeSchema = z.enum(keyScopes);

const apiKeySchema = z
  .object({
    id: z.string(),
    kind: z.enum(['user', 'service']),
    name: z.string(),
    createdAt: timeSchema,
    usedAt: timeSchema.optional(),
    scopes: z.array(scopeSchema).optional().meta({ description: 'Absent: all that its person may by a key' }),
    expiresAt: timeSchema.optional(),
    networks: z.array(z.string()).optional().meta({ description: 'Absent: from everywhere' }),
    creditsPerDay: creditsSchema.optional().meta({ description: 'Absent: as much as its person has' }),
    madeBy: makerSchema.optional(),
    signed: z
      .literal(true)
      .optional()
      .meta({ description: 'Its requests are signed; it is not taken as Bearer' }),
    people: z
      .object({ of: z.string(), signed: z.boolean() })
      .optional()
      .meta({ description: 'It speaks for the people of this program, whom each request names' }),
    shards: z
      .object({
        of: z.int(),
        processes: z.array(z.object({ name: z.string(), shards: z.array(z.int()) })),
      })
      .optional()
      .meta({
        description: 'Of a Discord bot whose processes share its shards: those that run, and what each has',
      }),
  })
  .meta({ id: 'ApiKey' });
export type ApiKeyView = z.output<typeof apiKeySchema>;
export const apiKeyListSchema = pageOf(apiKeySchema);

const newApiKeySchema = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1, { error: 'Give the key a name.' })
    .max(64, { error: 'Use at most 64 characters.' }),
  expiresInDays: z
    .int()
    .min(1)
    .max(3_650)
    .optional()
    .meta({ description: 'Absent: it works until it is revoked' }),
  networks: z
    .array(networkSchema)
    .min(1)
    .max(20)
    .optional()
    .meta({ description: 'Addresses and CIDR ranges that it works from; absent: from everywhere' }),
});

/** A service key, which may have to sign. */
export const newServiceKeySchema = newApiKeySchema.extend({
  signed: z.boolean().optional().meta({
    description:
      'Its requests have to be signed, and it is never taken as Bearer; it cannot connect over STOMP',
  }),
  people: z
    .strictObject({
      of: z
        .string()
        .regex(/^[a-z0-9-]{1,32}$/, {
          error: 'Use 1 to 32 small letters, digits and hyphens, such as openwebui.',
        })
        .meta({ description: 'The program: keys of the same program speak for the same people' }),
      signed: z
        .boolean()
        .default(true)
        .meta({ description: 'Whether a name counts only in a token that peopleSecret signs' }),
    })
    .optional()
    .meta({ description: 'It opens the doors alone, for the person whom each request names in its headers' }),
});

/** A key of a person, which may be limited to scopes. */
export const newUserKeySchema = newApiKeySchema.extend({
  scopes: z
    .array(scopeSchema)
    .min(1)
    .max(keyScopes.length)
    .optional()
    .meta({ description: 'Absent: all that its person may by a key' }),
  creditsPerDay: creditsSchema
    .min(1)
    .max(1_000_000_000)
    .optional()
    .meta({ description: 'What it may spend a day, in UTC; absent: as much as its person has' }),
});

/** The only answer that ever shows the key. */
export const createdApiKeySchema = apiKeySchema
  .extend({
    key: z.string(),
    peopleSecret: z
      .string()
      .optional()
      .meta({ description: 'What its program signs the names of people with' }),
  })
  .meta({ id: 'CreatedApiKey' });
export type CreatedApiKeyView = z.output<typeof createdApiKeySchema>;

export const apiKeyParamsSchema = z.strictObject({ id: z.string().regex(/^[a-z0-9]{8}$/) });

export const linkCodeSchema = z.object({ code: z.string(), expiresAt: timeSchema }).meta({ id: 'LinkCode' });
export type LinkCodeView = z.output<typeof linkCodeSchema>;
