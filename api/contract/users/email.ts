import { z } from 'zod';
import { factorChangeSchema } from '../auth/secondFactor.ts';
import { timeSchema } from '../fields.ts';

/** One address of ASCII letters; capitals are folded. */
const emailSchema = z
  .string({ error: 'Give an e-mail address.' })
  .overwrite((address) => address.trim().toLowerCase())
  .max(254, { error: 'Use at most 254 characters.' })
  .regex(
    /^(?![.])(?!.*[.]{2})[a-z0-9._%+'-]{0,63}[a-z0-9_%+-]@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?[.]){1,20}[a-z]{2,63}$/,
    { error: 'Write an address such as ada@example.com.' },
  )
  .meta({ examples: ['ada@example.com'] });

export const ownEmailSchema = z
  .object({
    address: z.string().nullable().meta({ description: 'Verified; null: none' }),
    pending: z
      .object({ address: z.string(), expiresAt: timeSchema })
      .nullable()
      .meta({ description: 'Counts once the link that was sent to it is used' }),
    sendsMail: z.boolean().meta({ description: 'Whether this installation can send a link at all' }),
  })
  .meta({ id: 'OwnEmail' });
export type OwnEmailView = z.output<typeof ownEmailSchema>;

export const emailChangeSchema = z.strictObject({ ...factorChangeSchema.shape, address: emailSchema });

export const emailTokenSchema = z.strictObject({
  token: z.string().min(1).max(200).meta({ description: 'What follows # in the link' }),
});

export const mailedResetSchema = z.strictObject({ address: emailSchema });
