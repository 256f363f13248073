import { z } from 'zod';
import { timeSchema } from '../fields.ts';
import { countedQuotas, dailyQuotas } from './quotas.ts';

/** What one person may have otherwise than their role. */
export const personPolicySchema = z
  .object({
    version: z.int().meta({ description: 'Raised by each change; 0: it was never set' }),
    ...countedQuotas,
    ...dailyQuotas,
    changedAt: timeSchema.optional(),
  })
  .meta({ id: 'PersonPolicy' });
export type PersonPolicyView = z.output<typeof personPolicySchema>;

export const newPersonPolicySchema = z
  .strictObject({
    version: z.int().min(0).max(1_000_000).meta({ description: 'The one that you read' }),
    ...countedQuotas,
    ...dailyQuotas,
  })
  .meta({ id: 'NewPersonPolicy' });
