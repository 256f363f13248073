import { Order } from '../../ground/db/models/payment.ts';
import { Problem } from '../../ground/errors.ts';
import { checkOrder } from './checkOrder.ts';
import type { PaymentDeps } from './orders.ts';

const ordersARound = 20;
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/**
 * Looks at orders whose payment is expected: asks their providers for payments whose notice was lost, sends refunds
 * that were decided, and ends orders that nobody paid. It may run twice at once, and be cut off anywhere: a look that
 * was cut off is due again.
 */
export async function sweepOrders(deps: PaymentDeps, signal: AbortSignal): Promise<void> {
  const now = deps.clock.now();
  const due = await Order.query(deps.database).where('dueAt', '<=', now).orderBy('dueAt').limit(ordersARound);
  for (const order of due) {
    if (signal.aborted) return;
    const claimed = await Order.query(deps.database)
      .findById(order.id)
      .where({ dueAt: order.dueAt })
      .patch({ dueAt: nextLook(order, now) });
    if (claimed === 0) continue;
    try {
      await checkOrder(deps, order.id);
    } catch (error) {
      // It was logged where it happened, and is due again. The other orders of a silent provider would wait as long.
      if (error instanceof Problem && error.code === 'unavailable') return;
      if (!(error instanceof Problem)) throw error;
    }
  }
}

/** The older the order, the longer the wait. */
function nextLook({ createdAt }: Order, now: Date): Date {
  const ageMs = now.getTime() - createdAt.getTime();
  return new Date(now.getTime() + Math.min(hourMs, Math.max(2 * minuteMs, ageMs / 2)));
}
