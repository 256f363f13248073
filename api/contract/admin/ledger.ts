import { z } from 'zod';
import { creditsSchema, timeSchema } from '../fields.ts';

const ledgerFindings = {
  imbalance: creditsSchema.meta({ description: 'What all entries add up to: 0' }),
  wrongTransfers: z.int().meta({ description: 'Movements whose entries do not add up to 0' }),
  openHolds: creditsSchema.meta({ description: 'Credits held when it was checked' }),
  wrongBalances: z.int().meta({ description: 'Balances that differ from their movements' }),
  wrongHolds: z.int().meta({ description: 'Credits held for a task that ended, or given back too early' }),
};

export const ledgerCheckSchema = z
  .object({
    ok: z.boolean().meta({
      description:
        'Nothing is wrong; false also until a large ledger was checked to its end for the first time',
    }),
    ...ledgerFindings,
    checkedAt: timeSchema.optional().meta({ description: 'When this check was begun' }),
    ageSeconds: z.number().optional().meta({ description: 'How long ago that was' }),
    underWay: z
      .object({ startedAt: timeSchema, ...ledgerFindings })
      .optional()
      .meta({ description: 'The check that is under way, with what it has found so far' }),
  })
  .meta({ id: 'LedgerCheck' });
export type LedgerCheckView = z.output<typeof ledgerCheckSchema>;
