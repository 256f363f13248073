import { z } from 'zod';
import { creditsSchema, idSchema, timeSchema } from '../fields.ts';

const largest = 1_000_000_000;
const currencies = new Set(Intl.supportedValuesOf('currency'));

const text = z.string().trim().min(1).max(100);

const facts = {
  name: z.strictObject({ en: text, 'zh-CN': text }),
  credits: z.int().min(1).max(largest),
  amount: z.int().min(1).max(largest).meta({
    description: 'The price in the smallest unit of the currency: 500 is 5.00 EUR, and 500 JPY',
  }),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, { error: 'Give a currency by its three letters, such as EUR.' })
    .refine((code) => currencies.has(code), { error: 'There is no such currency.' })
    .meta({ examples: ['EUR'] }),
};

/** Credits for a price. */
export const creditPackageSchema = z
  .object({
    id: idSchema,
    version: z
      .int()
      .meta({ description: 'Raised by each change; an order names the one whose price was read' }),
    ...facts,
    currency: z.string(),
    credits: creditsSchema,
    amount: z.int().meta(facts.amount.meta() ?? {}),
    active: z.boolean().meta({ description: 'Whether it can be ordered' }),
    changedAt: timeSchema,
  })
  .meta({ id: 'CreditPackage' });
export type CreditPackageView = z.output<typeof creditPackageSchema>;

export const packageListSchema = z.object({
  items: z.array(creditPackageSchema),
  providers: z
    .array(z.enum(['stripe', 'outside']))
    .meta({ description: 'The ways to pay. outside: by other means, confirmed by an administrator' }),
});

export const adminPackageListSchema = z.object({ items: z.array(creditPackageSchema) });

export const newPackageSchema = z
  .strictObject({
    version: z
      .int()
      .min(0)
      .max(1_000_000)
      .meta({ description: 'The one that you read; 0 for a new package' }),
    ...facts,
    active: z.boolean(),
  })
  .meta({ id: 'NewCreditPackage' });
