import { z } from 'zod';
import { Order, PaymentEvent } from '../../ground/db/models/payment.ts';
import { Problem } from '../../ground/errors.ts';
import { isId } from '../../ground/runtime/ids.ts';
import { checkOrder } from './checkOrder.ts';
import { type PaymentDeps, toProblem } from './orders.ts';
import { PaymentRefused } from './provider.ts';
import { noteEvent } from './recordReport.ts';
import type { StripeProvider } from './stripeProvider.ts';

/** Older ones are refused, so that a recorded notice cannot be sent again. Stripe signs each try anew. */
const toleranceSeconds = 300;

/** `infra/docs/payments.md` lists the same. */
const sessionTypes = [
  'checkout.session.completed',
  'checkout.session.async_payment_succeeded',
  'checkout.session.async_payment_failed',
  'checkout.session.expired',
];
const paymentTypes = [
  'charge.refunded',
  'charge.refund.updated',
  'refund.updated',
  'refund.failed',
  'charge.dispute.created',
  'charge.dispute.closed',
  'charge.dispute.funds_withdrawn',
  'charge.dispute.funds_reinstated',
];

const noticeSchema = z.looseObject({
  id: z.string().min(1).max(255),
  type: z.string(),
  data: z.looseObject({
    object: z.looseObject({
      client_reference_id: z.string().nullish(),
      payment_intent: z.string().max(255).nullish(),
    }),
  }),
});
type Notice = z.output<typeof noticeSchema>;

interface Deps extends PaymentDeps {
  stripe: StripeProvider;
  webhookSecret: string;
}

/**
 * Takes a notice of Stripe. It is believed no further than that something happened to an order: what happened is asked.
 * It counts as handled in the transaction that writes the answer, so one that was cut off comes again and is handled
 * then.
 * @param body as it was sent, to the byte.
 * @throws Problem `unauthenticated` for a wrong or old signature; `unavailable`: Stripe sends it again.
 */
export async function handleNotice(deps: Deps, body: string, signature: string): Promise<void> {
  const notice = await readNotice(deps, body, signature);
  const isOfPayment = paymentTypes.includes(notice.type);
  if (!isOfPayment && !sessionTypes.includes(notice.type)) return;
  if (await PaymentEvent.query(deps.database).findById(notice.id)) return;
  const order = await (isOfPayment ? findByPayment(deps, notice) : findBySession(deps, notice));
  if (order) {
    await checkOrder(deps, order.id, notice.id);
    return;
  }
  deps.log.warn({ eventId: notice.id, type: notice.type }, 'a notice of Stripe is about no order of ours');
  await noteEvent(deps, deps.database, notice.id, null);
}

async function readNotice({ webhookSecret, clock }: Deps, body: string, signature: string): Promise<Notice> {
  const { default: Stripe } = await import('stripe');
  const refused = new Problem('unauthenticated', 'The signature of this notice is wrong or too old.');
  let event: unknown;
  try {
    event = Stripe.webhooks.constructEvent(
      body,
      signature,
      webhookSecret,
      toleranceSeconds,
      undefined,
      clock.now().getTime(),
    );
  } catch (error) {
    if (error instanceof Stripe.errors.StripeSignatureVerificationError) throw refused;
    throw error;
  }
  return noticeSchema.parse(event);
}

const findBySession = async ({ database }: Deps, { data }: Notice): Promise<Order | undefined> => {
  const id = data.object.client_reference_id ?? '';
  return isId(id) ? Order.query(database).findOne({ id, provider: 'stripe' }) : undefined;
};

/** A refund may be told before the payment: then Stripe knows which order it was for. */
async function findByPayment(deps: Deps, { data }: Notice): Promise<Order | undefined> {
  const paymentRef = data.object.payment_intent;
  if (!paymentRef || !/^[\x21-\x7e]+$/.test(paymentRef)) return undefined;
  const known = await Order.query(deps.database).findOne({ paymentRef, provider: 'stripe' });
  if (known) return known;
  try {
    const id = (await deps.stripe.findOrderId(paymentRef)) ?? '';
    return isId(id) ? await Order.query(deps.database).findOne({ id, provider: 'stripe' }) : undefined;
  } catch (error) {
    // A payment that was made for something else on the same account, or is gone.
    if (error instanceof PaymentRefused) return undefined;
    throw toProblem(deps, { id: paymentRef }, error);
  }
}
