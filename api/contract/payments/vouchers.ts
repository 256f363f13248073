import { z } from 'zod';
import { creditsSchema, idSchema, instantSchema, timeSchema } from '../fields.ts';
import { pageOf } from '../pages.ts';

const largest = 1_000_000_000;
const mostCodes = 1_000;

const voucherBatchSchema = z
  .object({
    id: idSchema,
    name: z.string(),
    credits: creditsSchema.meta({ description: 'What one use adds' }),
    codes: z.int().meta({ description: 'How many codes there are' }),
    usesPerCode: z.int(),
    usesPerPerson: z.int().meta({ description: 'Of one code' }),
    used: z.int().meta({ description: 'Uses of all its codes' }),
    expiresAt: timeSchema.optional(),
    withdrawnAt: timeSchema.optional(),
    createdAt: timeSchema,
  })
  .meta({ id: 'VoucherBatch' });
export type VoucherBatchView = z.output<typeof voucherBatchSchema>;
export const voucherBatchListSchema = pageOf(voucherBatchSchema);

export const newVoucherBatchSchema = z
  .strictObject({
    name: z.string().trim().min(1).max(100).meta({ description: 'Shown on statements' }),
    credits: z.int().min(1).max(largest),
    codes: z.int().min(1).max(mostCodes),
    usesPerCode: z.int().min(1).max(1_000_000).default(1),
    usesPerPerson: z.int().min(1).max(100).default(1),
    expiresAt: instantSchema.optional(),
  })
  .meta({ id: 'NewVoucherBatch' });

export const createdVoucherBatchSchema = voucherBatchSchema
  .extend({ list: z.array(z.string()).meta({ description: 'The codes; they are never shown again' }) })
  .meta({ id: 'CreatedVoucherBatch' });

export const redemptionSchema = z.strictObject({ code: z.string().min(1).max(64) });

export const redeemedSchema = z.object({ credits: creditsSchema });
