import { Order } from '../../ground/db/models/payment.ts';
import { User } from '../../ground/db/models/user.ts';
import { checkOrder } from './checkOrder.ts';
import type { PaymentDeps } from './orders.ts';
import type { Checkout, StripeProvider } from './stripeProvider.ts';

export interface RecoveredOrders {
  /** The ids of orders that were made in the lost time and are here again. */
  recovered: string[];
  /** Sentences about payments that an administrator has to look at. */
  told: string[];
}

/** A bank may take money back for so long. */
const refundableMs = 180 * 24 * 3_600_000;
/** Clocks differ, and an order may have been begun while the backup was made. */
const slackMs = 3_600_000;

/**
 * After a restore: people may have paid in the time that was lost. The provider knows the orders of that time, and each
 * paid one is credited once, by its id. What it holds against earlier orders, such as refunds, the leader asks it anew.
 * A repeat changes nothing.
 * @throws Problem `unavailable`, PaymentUnavailable.
 */
export async function recoverOrders(
  deps: PaymentDeps & { stripe: Pick<StripeProvider, 'listCheckouts'> },
  backedUpAt: Date,
): Promise<RecoveredOrders> {
  const recovered: string[] = [];
  const told: string[] = [];
  const { database, clock, stripe } = deps;
  for await (const checkout of stripe.listCheckouts(new Date(backedUpAt.getTime() - slackMs))) {
    const known = await Order.query(database).findById(checkout.orderId);
    if (known) await nameCheckout(deps, known, checkout);
    else if (await insertLost(deps, checkout)) recovered.push(checkout.orderId);
    else {
      if (checkout.isPaid) told.push(sentenceOf(checkout));
      continue;
    }
    if (checkout.isPaid) await checkOrder(deps, checkout.orderId);
  }
  await Order.query(database)
    .where({ provider: 'stripe' })
    .whereNotNull('providerRef')
    .whereNot({ state: 'refused' })
    .where('createdAt', '>', new Date(backedUpAt.getTime() - refundableMs))
    .patch({ dueAt: clock.now() });
  return { recovered, told };
}

/** It was begun after the backup. */
const nameCheckout = (
  { database }: PaymentDeps,
  { id }: Order,
  { ref, url }: Checkout,
): PromiseLike<unknown> =>
  Order.query(database).findById(id).whereNull('providerRef').patch({ providerRef: ref, checkoutUrl: url });

/** @returns whether enough is known of it, and its person is. */
async function insertLost({ database }: PaymentDeps, checkout: Checkout): Promise<boolean> {
  const { orderId: id, ref: providerRef, url: checkoutUrl, order, createdAt, expiresAt } = checkout;
  if (!order || !(await User.query(database).findById(order.userId).select('id'))) return false;
  await Order.query(database).insert({
    ...order,
    id,
    provider: 'stripe',
    state: 'open',
    providerRef,
    checkoutUrl,
    createdAt,
    expiresAt,
    dueAt: createdAt,
  });
  return true;
}

const sentenceOf = ({ orderId, ref, amount, currency }: Checkout): string =>
  `Order ${orderId} was paid at Stripe (${amount} ${currency}, ${ref}) since the backup, and its account is not known here: send the money back there, or give credits by hand.`;
