import { z } from 'zod';
import { creditsSchema, idSchema, printableFault, timeSchema } from '../fields.ts';
import { pageOf, pageQuery } from '../pages.ts';

const provider = z.enum(['stripe', 'outside']);
const state = z.enum(['open', 'paid', 'expired', 'refused', 'mismatched']);
const largest = 1_000_000_000;

/** A purchase of credits. */
export const orderSchema = z
  .object({
    id: idSchema,
    provider,
    state: state.meta({
      description:
        'open: can be paid; paid: the credits were added; expired: nobody paid; refused: the provider took no order; mismatched: another price was paid, and an administrator decides',
    }),
    name: z.string(),
    packageId: idSchema,
    packageVersion: z.int(),
    credits: creditsSchema,
    amount: z.int().meta({ description: 'The price, fixed when it was ordered, in the smallest unit' }),
    currency: z.string(),
    checkoutUrl: z.url().optional().meta({ description: 'Where to pay, while it is open' }),
    howToPay: z.string().optional().meta({ description: 'How to pay outside, while it is open' }),
    refunded: z.int().meta({ description: 'What went back of the price' }),
    disputed: z.int().meta({ description: 'What a bank holds back of it' }),
    takenBack: creditsSchema.meta({ description: 'The credits that were taken back for both' }),
    createdAt: timeSchema,
    expiresAt: timeSchema,
    paidAt: timeSchema.optional(),
  })
  .meta({ id: 'Order' });
export type OrderView = z.output<typeof orderSchema>;
export const orderListSchema = pageOf(orderSchema);

/** An order as administrators see it. */
export const adminOrderSchema = orderSchema
  .extend({
    userId: idSchema,
    providerRef: z.string().optional().meta({ description: "The provider's id of the checkout" }),
    paymentRef: z.string().optional().meta({ description: "The provider's id of the payment" }),
    fault: z.string().optional().meta({ description: 'Why it is refused or mismatched' }),
  })
  .meta({ id: 'AdminOrder' });
export type AdminOrderView = z.output<typeof adminOrderSchema>;
export const adminOrderListSchema = pageOf(adminOrderSchema);

export const newOrderSchema = z
  .strictObject({
    packageId: idSchema,
    packageVersion: z.int().min(1).max(1_000_000).meta({ description: 'The one whose price you read' }),
    provider,
    key: z
      .string()
      .regex(/^[\x21-\x7e]{1,64}$/, { error: printableFault })
      .meta({ description: 'The same key makes one order' }),
  })
  .meta({ id: 'NewOrder' });

export const adminOrderQuerySchema = z.strictObject({
  ...pageQuery,
  userId: idSchema.optional(),
  state: state.optional(),
});

const reason = z.string().trim().min(1).max(200);

export const confirmationSchema = z.strictObject({
  reason: reason.meta({ description: 'How you know, such as the number of the bank transfer' }),
});

export const reversalSchema = z.strictObject({ reason });

export const refundSchema = z.strictObject({
  total: z.int().min(1).max(largest).meta({
    description: 'What is to have gone back in all, in the smallest unit: a repeat sends nothing more',
  }),
  reason,
});
