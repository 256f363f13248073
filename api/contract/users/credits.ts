import { z } from 'zod';
import { creditsSchema, idSchema, instantSchema, printableFault, timeSchema } from '../fields.ts';
import { pageOf } from '../pages.ts';

export const balanceSchema = z
  .object({
    available: creditsSchema.meta({ description: 'Credits that can be spent' }),
    held: creditsSchema.meta({ description: 'Credits reserved by unfinished tasks' }),
  })
  .meta({ id: 'Balance' });
export type BalanceView = z.output<typeof balanceSchema>;

/** What a person owes. A server owes nothing. */
export const debtSchema = creditsSchema.meta({
  description:
    'Credits owed, since their money went back after they were spent; what comes in pays them first',
});

/** A person's own. */
export const ownBalanceSchema = balanceSchema
  .extend({
    debt: debtSchema,
    giftable: creditsSchema.meta({
      description: 'Credits that can be given away; free ones only after some days',
    }),
    nextGiftable: z
      .object({ amount: creditsSchema, at: timeSchema })
      .optional()
      .meta({ description: 'The next that can be, if they are not spent before' }),
  })
  .meta({ id: 'OwnBalance' });
export type OwnBalanceView = z.output<typeof ownBalanceSchema>;

export const transferSchema = z
  .object({
    id: idSchema,
    kind: z.enum([
      'grant',
      'gift',
      'hold',
      'capture',
      'partial-capture',
      'release',
      'merge',
      'purchase',
      'refund',
      'debt',
      'voucher',
      'reversal',
      'text',
    ]),
    amount: creditsSchema.meta({ description: 'Change of what can be spent, signed' }),
    taskId: idSchema.optional(),
    reason: z.string(),
    createdAt: timeSchema,
  })
  .meta({ id: 'Transfer' });
export type TransferView = z.output<typeof transferSchema>;
export const transferListSchema = pageOf(transferSchema);

/** Half open: a movement at `from` is in, one at `until` is not. */
export const statementRangeSchema = z.strictObject({
  from: instantSchema.optional(),
  until: instantSchema.optional(),
});

export const giftSchema = z.strictObject({
  to: z.string().min(1).max(64).meta({ description: 'User name, or discord:<snowflake>' }),
  amount: z.int().min(1).max(1_000_000_000),
  reason: z.string().max(200).default(''),
  key: z
    .string()
    .regex(/^[\x21-\x7e]{1,64}$/, { error: printableFault })
    .meta({ description: 'The same key moves credits once' }),
});
