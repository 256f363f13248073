import { z } from 'zod';
import { idSchema } from '../fields.ts';

const sale = {
  to: z.string().min(1).max(64).meta({ description: 'User name, or discord:<snowflake>' }),
  reason: z.string().trim().min(1).max(200).meta({ description: 'Shown on the statement' }),
};

export const shopSaleSchema = z
  .union([
    z.strictObject({ ...sale, credits: z.int().min(1).max(1_000_000_000) }),
    z.strictObject({ ...sale, packageId: idSchema }),
  ])
  .meta({ id: 'ShopSale' });

export const shopSaleAnswerSchema = z.object({
  isNew: z.boolean().meta({ description: 'false: this message was handled before, and nothing was added' }),
});
