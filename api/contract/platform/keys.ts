import { z } from 'zod';
import { timeSchema } from '../fields.ts';

/** `files` sign links to files where S3 is not used; `jwt` sign access tokens. */
export const signingPurposeSchema = z.enum(['jwt', 'files']);

const signingKeySchema = z
  .object({
    version: z.int().meta({ description: '0 stands for the keys of the environment' }),
    kid: z.string(),
    state: z.enum(['published', 'signs', 'verifies', 'ended']).meta({
      description:
        'published: verifies, and signs in seconds; verifies: what it signed before is still accepted; ended: no more',
    }),
    createdAt: timeSchema,
    signsFrom: timeSchema,
    verifiesUntil: timeSchema.optional(),
  })
  .meta({ id: 'SigningKey' });

/** Never a secret. */
export const signingKeysSchema = z
  .object({
    purpose: signingPurposeSchema,
    version: z.int().meta({ description: 'Of the newest key; 0: those of the environment sign' }),
    keys: z.array(signingKeySchema).meta({ description: 'Newest first; empty until the first rotation' }),
  })
  .meta({ id: 'SigningKeys' });
export type SigningKeysView = z.output<typeof signingKeysSchema>;

/** What was encrypted anew with the first data key. */
export const reencryptionSchema = z
  .object({
    first: z.string().meta({ description: 'The first data key at that time' }),
    rewritten: z.int(),
    held: z.record(z.string(), z.int()).meta({
      description:
        'Secrets that older keys still encrypt, by key: one that is not here is not needed any more',
    }),
    unreadable: z.array(z.string()).meta({ description: 'Their key is missing or wrong; at most a hundred' }),
    isComplete: z.boolean().meta({ description: 'False: call again' }),
  })
  .meta({ id: 'Reencryption' });

export const keysSchema = z
  .object({
    signing: z.array(signingKeysSchema),
    data: z.object({
      kids: z.array(z.string()).meta({ description: 'Of DATA_KEYS; the first encrypts, all decrypt' }),
      lastRun: reencryptionSchema.extend({ at: timeSchema }).optional().meta({
        description: 'The last complete run; a dispatcher makes one each hour',
      }),
    }),
  })
  .meta({ id: 'Keys' });

export const purposeParamsSchema = z.strictObject({ purpose: signingPurposeSchema });

export const keyParamsSchema = z.strictObject({
  purpose: signingPurposeSchema,
  kid: z.string().regex(/^[\w-]{1,40}$/),
});

export const rotationSchema = z
  .strictObject({
    version: z.int().min(0).max(1_000_000).meta({ description: 'Of the newest key, as you read it' }),
  })
  .meta({ id: 'KeyRotation' });
