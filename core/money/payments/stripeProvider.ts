import Stripe from 'stripe';
import { z } from 'zod';
import type { Order } from '../../ground/db/models/payment.ts';
import { invariant } from '../../ground/errors.ts';
import { isId } from '../../ground/runtime/ids.ts';
import { boundedFetch } from './boundedFetch.ts';
import { type PaymentProvider, PaymentRefused, PaymentUnavailable } from './provider.ts';

export interface StripeConfig {
  secretKey: string;
  /** Default: Stripe's own. */
  apiUrl?: string | undefined;
  /** Where people come back to after they paid or gave up. */
  returnUrl: string;
  timeoutMs?: number;
}

/** Below the time after which a request of ours is answered 503: a question takes two calls at most. */
const timeoutMs = 4_000;

/** What Stripe knows of an order. */
export interface Checkout {
  orderId: string;
  ref: string;
  url: string | null;
  isPaid: boolean;
  /** What was or is to be paid, in the smallest unit. */
  amount: number;
  currency: string;
  createdAt: Date;
  expiresAt: Date;
  /** The order as it was made; undefined for those of earlier releases. */
  order: z.output<typeof orderFacts> | undefined;
}

export interface StripeProvider extends PaymentProvider {
  /** All that were begun since and have not ended unpaid, the newest first. @throws PaymentUnavailable. */
  listCheckouts(since: Date): AsyncIterable<Checkout>;
  /** The order that a payment was made for, by what we told Stripe when it began; undefined: none of ours. */
  findOrderId(paymentRef: string): Promise<string | undefined>;
}

/**
 * Payments on Stripe's own page. Stripe's answers are checked like any text from outside. No call is repeated here: who
 * asked repeats it, with the same idempotency key.
 */
export function createStripeProvider(config: StripeConfig): StripeProvider {
  const stripe = createClient(config);
  return {
    name: 'stripe',
    isManual: false,
    async openCheckout(order) {
      const session = await ask(sessionSchema, () =>
        stripe.checkout.sessions.create(describeCheckout(order, config.returnUrl), {
          // Stripe keeps it for a day at least, which is longer than an order is open.
          idempotencyKey: `checkout:${order.id}`,
        }),
      );
      requireOwn(order, session);
      return { ref: session.id, url: session.url ?? null };
    },
    async readPayment(order) {
      const { providerRef } = order;
      invariant(providerRef !== null, 'a payment that began');
      const session = await ask(sessionSchema, () =>
        stripe.checkout.sessions.retrieve(providerRef, { expand: ['payment_intent.latest_charge'] }),
      );
      requireOwn(order, session);
      const paid = session.payment_intent ?? null;
      const report = {
        state: stateOf(session),
        amount: session.amount_total,
        currency: session.currency.toUpperCase(),
        refunded: paid?.latest_charge?.amount_refunded ?? order.refunded,
        disputed: 0,
        paymentRef: paid?.id ?? null,
      };
      if (!paid?.latest_charge?.disputed) return report;
      const disputes = await ask(disputesSchema, () =>
        stripe.disputes.list({ payment_intent: paid.id, limit: 100 }),
      );
      return { ...report, disputed: sumDisputes(disputes) };
    },
    async refund({ id, paymentRef, refunded, refundWanted, refundTries }) {
      invariant(paymentRef !== null, 'a payment that was made');
      // The first try has the key that earlier releases gave it: one that is under way is not sent twice.
      const again = refundTries === 0 ? '' : `:${refundTries}`;
      await ask(z.looseObject({ id: z.string() }), () =>
        stripe.refunds.create(
          { payment_intent: paymentRef, amount: refundWanted - refunded },
          { idempotencyKey: `refund:${id}:${refunded}:${refundWanted}${again}` },
        ),
      );
    },
    async *listCheckouts(since) {
      const asked = { created: { gte: Math.floor(since.getTime() / 1_000) }, limit: 100 };
      for (let after: string | undefined; ; ) {
        const page = await ask(sessionListSchema, () =>
          stripe.checkout.sessions.list({
            ...asked,
            ...(after === undefined ? {} : { starting_after: after }),
          }),
        );
        for (const session of page.data) {
          const checkout = session.status === 'expired' ? undefined : toCheckout(session);
          if (checkout) yield checkout;
        }
        after = page.data.at(-1)?.id;
        if (!page.has_more || after === undefined) return;
      }
    },
    async findOrderId(paymentRef) {
      const intent = await ask(intentSchema, () => stripe.paymentIntents.retrieve(paymentRef));
      return intent.metadata.order;
    },
  };
}

function createClient({ secretKey, apiUrl, timeoutMs: limitMs = timeoutMs }: StripeConfig): Stripe {
  const url = apiUrl === undefined ? undefined : new URL(apiUrl);
  return new Stripe(secretKey, {
    httpClient: Stripe.createFetchHttpClient(boundedFetch),
    timeout: limitMs,
    maxNetworkRetries: 0,
    telemetry: false,
    ...(url
      ? { host: url.hostname, port: url.port, protocol: url.protocol === 'http:' ? 'http' : 'https' }
      : {}),
  });
}

const describeCheckout = (order: Order, returnUrl: string): Stripe.Checkout.SessionCreateParams => ({
  mode: 'payment',
  client_reference_id: order.id,
  // With these an order is made again that a restore has lost.
  metadata: {
    userId: order.userId,
    orderKey: order.orderKey,
    packageId: order.packageId,
    packageVersion: order.packageVersion,
    name: order.name,
    credits: order.credits,
    amount: order.amount,
    currency: order.currency,
  },
  // Stripe copies these to the payment: a notice about it leads back to the order.
  payment_intent_data: { metadata: { order: order.id } },
  line_items: [
    {
      quantity: 1,
      price_data: {
        currency: order.currency.toLowerCase(),
        unit_amount: order.amount,
        product_data: { name: order.name },
      },
    },
  ],
  // The same for each repeat, or Stripe refuses the idempotency key.
  expires_at: Math.floor(order.expiresAt.getTime() / 1_000),
  success_url: returnUrl,
  cancel_url: returnUrl,
});

const amount = z.int().min(0);
const sessionSchema = z.looseObject({
  id: z.string().min(1).max(255),
  url: z
    .url({ protocol: /^https?$/ })
    .max(2_048)
    .nullish(),
  client_reference_id: z.string().nullable(),
  status: z.enum(['open', 'complete', 'expired']),
  payment_status: z.enum(['paid', 'unpaid', 'no_payment_required']),
  amount_total: amount,
  currency: z.string().max(10),
  payment_intent: z
    .union([
      // As the creation answers it.
      z.string().transform(() => null),
      z.looseObject({
        id: z.string().min(1).max(255),
        latest_charge: z.looseObject({ amount_refunded: amount, disputed: z.boolean() }).nullable(),
      }),
    ])
    .nullable(),
});
type Session = z.output<typeof sessionSchema>;

const whole = z.coerce.number().pipe(z.int().min(0));
const orderFacts = z.object({
  userId: z.uuid(),
  orderKey: z.string().min(1).max(64),
  packageId: z.uuid(),
  packageVersion: whole,
  name: z.string().max(100),
  credits: whole,
  amount: whole,
  currency: z.string().length(3),
});
const sessionListSchema = z.looseObject({
  data: z.array(
    sessionSchema.extend({
      // Other checkouts of the same account at Stripe may be about anything.
      amount_total: amount.nullable(),
      currency: z.string().max(10).nullable(),
      created: z.int(),
      expires_at: z.int(),
      metadata: z.record(z.string(), z.string()).nullish(),
    }),
  ),
  has_more: z.boolean(),
});

/** Undefined for one that is not about an order of a platform. */
function toCheckout(session: z.output<typeof sessionListSchema>['data'][number]): Checkout | undefined {
  const { client_reference_id: orderId, amount_total, currency } = session;
  if (orderId === null || !isId(orderId) || amount_total === null || currency === null) return undefined;
  return {
    orderId,
    ref: session.id,
    url: session.url ?? null,
    isPaid: stateOf(session) === 'paid',
    amount: amount_total,
    currency: currency.toUpperCase(),
    createdAt: new Date(session.created * 1_000),
    expiresAt: new Date(session.expires_at * 1_000),
    order: orderFacts.safeParse(session.metadata).data,
  };
}

const disputesSchema = z.looseObject({
  data: z.array(z.looseObject({ amount, status: z.string() })),
});
const intentSchema = z.looseObject({ metadata: z.looseObject({ order: z.string().optional() }) });

/** Asynchronous payments complete a session before they are paid; when they fail, it stays unpaid. */
function stateOf({
  status,
  payment_status,
}: Pick<Session, 'status' | 'payment_status'>): 'open' | 'pending' | 'paid' | 'closed' {
  if (payment_status !== 'unpaid') return 'paid';
  return status === 'complete' ? 'pending' : status === 'open' ? 'open' : 'closed';
}

/** An inquiry moves no money; a dispute that was won or kept off gives it back. */
const harmless = new Set([
  'warning_needs_response',
  'warning_under_review',
  'warning_closed',
  'won',
  'prevented',
]);

const sumDisputes = ({ data }: z.output<typeof disputesSchema>): number =>
  data.reduce((sum, dispute) => sum + (harmless.has(dispute.status) ? 0 : dispute.amount), 0);

function requireOwn(order: Order, session: Session): void {
  if (session.client_reference_id !== order.id)
    throw new PaymentUnavailable('Stripe answered with the checkout of another order');
}

/** @throws PaymentRefused for a request that Stripe will never take, PaymentUnavailable for everything else. */
async function ask<Schema extends z.ZodType>(
  schema: Schema,
  call: () => Promise<unknown>,
): Promise<z.output<Schema>> {
  let answer: unknown;
  try {
    answer = await call();
  } catch (error) {
    // The errors of the library hold the answer's headers and text, and no part of the key but its end.
    const { type, code, statusCode } = error instanceof Stripe.errors.StripeError ? error : {};
    const facts = [type, code, statusCode].filter((fact) => fact !== undefined).join(', ');
    if (error instanceof Stripe.errors.StripeInvalidRequestError)
      throw new PaymentRefused(`Stripe refused (${facts}): ${error.message}`);
    throw new PaymentUnavailable(`Stripe did not answer as it should (${facts || 'no answer'})`);
  }
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new PaymentUnavailable(
    `Stripe's answer is not understood: ${issue?.path.join('.')}: ${issue?.message}`,
  );
}
