import { z } from 'zod';
import { creditsSchema } from '../fields.ts';

export const pricingSchema = z
  .object({
    signUpGrant: creditsSchema,
    dailyGrant: creditsSchema,
    workflows: z.array(
      z.object({
        name: z.string(),
        version: z.int(),
        exampleCost: creditsSchema.meta({
          description: 'Credits for the defaults, and a megapixel where a picture is given',
        }),
      }),
    ),
  })
  .meta({ id: 'Pricing' });
export type PricingView = z.output<typeof pricingSchema>;
