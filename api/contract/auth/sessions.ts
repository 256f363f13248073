import { z } from 'zod';
import { idSchema, timeSchema } from '../fields.ts';
import { pageOf } from '../pages.ts';
import { makerSchema } from '../users/makers.ts';

const sessionSchema = z
  .object({
    id: idSchema,
    userAgent: z.string(),
    createdAt: timeSchema,
    usedAt: timeSchema.meta({ description: 'The last refresh' }),
    expiresAt: timeSchema,
    fromCode: z
      .literal(true)
      .optional()
      .meta({ description: 'A one-time code opened it, and it has proven nothing since' }),
    madeBy: makerSchema.optional(),
    current: z.boolean().meta({ description: 'The session that asks' }),
  })
  .meta({ id: 'Session' });
export type SessionView = z.output<typeof sessionSchema>;
export const sessionListSchema = pageOf(sessionSchema);

const signInTrySchema = z
  .object({
    id: idSchema,
    at: timeSchema,
    address: z.string().meta({ description: 'Where it came from, as the API saw it' }),
    userAgent: z.string(),
    succeeded: z.boolean().meta({ description: 'False: the password or the second factor was wrong' }),
  })
  .meta({ id: 'SignInTry' });
export type SignInTryView = z.output<typeof signInTrySchema>;
export const signInListSchema = pageOf(signInTrySchema);
