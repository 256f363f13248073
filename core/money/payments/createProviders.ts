import type { Env } from '../../ground/config/config.ts';
import type { PaymentProvider } from './provider.ts';
import { outsideProvider, type PaymentProviders } from './provider.ts';
import type { StripeProvider } from './stripeProvider.ts';

export interface Payments {
  providers: PaymentProviders;
  stripe: StripeProvider | undefined;
}

/** The ways to pay that are set up. Stripe's library is loaded only where it is used: it is a tenth of what starts. */
export async function createPayments(
  env: Pick<Env, 'STRIPE_SECRET_KEY' | 'STRIPE_API_URL' | 'PAYMENT_RETURN_URL' | 'PAY_OUTSIDE_TEXT'>,
  publicUrl: string,
): Promise<Payments> {
  const { STRIPE_SECRET_KEY: secretKey, STRIPE_API_URL: apiUrl } = env;
  const returnUrl = env.PAYMENT_RETURN_URL ?? publicUrl;
  const stripe =
    secretKey === undefined
      ? undefined
      : (await import('./stripeProvider.ts')).createStripeProvider({ secretKey, apiUrl, returnUrl });
  const offered: PaymentProvider[] = [
    ...(stripe ? [stripe] : []),
    ...(env.PAY_OUTSIDE_TEXT === undefined ? [] : [outsideProvider]),
  ];
  return { stripe, providers: new Map(offered.map((provider) => [provider.name, provider])) };
}
