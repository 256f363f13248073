import { z } from 'zod';
import { isWithoutUser, url, web } from './values.ts';

/** How people pay. */
export const paymentsEnv = {
  STRIPE_SECRET_KEY: z
    .string()
    .regex(/^(sk|rk)_[\x21-\x7e]+$/, { message: 'must be a secret key (sk_…) or a restricted one (rk_…)' })
    .optional()
    .describe('Key of the Stripe account that is paid into; unset: nobody pays by Stripe'),
  STRIPE_WEBHOOK_SECRET: z
    .string()
    .regex(/^whsec_[\x21-\x7e]+$/, { message: 'must be the signing secret of the endpoint: whsec_…' })
    .optional()
    .describe(
      "Signing secret of Stripe's webhook endpoint; unset: payments are found by asking, within minutes",
    ),
  STRIPE_API_URL: url(web)
    .refine(isWithoutUser, { message: 'must have no user and password' })
    .optional()
    .describe("Address of a stand-in for Stripe's API; unset: Stripe's own"),
  PAYMENT_RETURN_URL: url(web)
    .optional()
    .describe('Where people come back to after paying; default: the address of the API'),
  SHOP_WEBHOOK_SECRET: z
    .string()
    .regex(/^whsec_[A-Za-z0-9+/]{32,}=*$/, { message: 'must be whsec_ and base64 of 24 bytes or more' })
    .optional()
    .describe('Signs messages of other shops that sell credits; unset: none are taken'),
  PAY_OUTSIDE_TEXT: z
    .string()
    .max(1_000)
    .optional()
    .describe(
      'How to pay by other means, such as a bank account: an administrator confirms such payments; unset: there are none',
    ),
};
