import { type Database, inTransaction, isDuplicateEntry, type Transaction } from '../../ground/db/connect.ts';
import { Order, PaymentEvent } from '../../ground/db/models/payment.ts';
import { User } from '../../ground/db/models/user.ts';
import { invariant } from '../../ground/errors.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { giveBackCredits, sellCredits, takeBackCredits } from '../credits/sales.ts';
import type { PaymentReport } from './provider.ts';

interface Deps {
  database: Database;
  clock: Clock;
}

type Change = Pick<Order, 'state' | 'refunded' | 'disputed' | 'fault' | 'paymentRef'> &
  Partial<Pick<Order, 'refundWanted' | 'refundTries'>>;

/** What an order becomes by a report. It changes nothing that the order itself fixed. */
function decide(order: Order, report: PaymentReport, now: Date): Change {
  const paymentRef = report.paymentRef ?? order.paymentRef;
  const { refunded, disputed } = report;
  const change = {
    refunded,
    disputed,
    fault: order.fault,
    paymentRef,
    ...(refunded < order.refunded ? failedRefund(order, refunded) : {}),
  };
  if (order.state === 'paid' || order.state === 'refused') return { ...change, state: order.state };
  if (report.state === 'paid') {
    if (report.amount === order.amount && report.currency === order.currency)
      return { ...change, state: 'paid', fault: null };
    const fault = `${report.amount} ${report.currency} was paid, and not ${order.amount} ${order.currency}`;
    return { ...change, state: 'mismatched', fault };
  }
  const isOver = report.state === 'closed' || (order.provider === 'outside' && order.expiresAt <= now);
  return { ...change, state: order.state === 'open' && isOver ? 'expired' : order.state };
}

/** Money that went back has come again, such as from a closed account: somebody has to decide anew what is sent. */
const failedRefund = ({ refunded, refundTries, currency }: Order, left: number) => ({
  refundWanted: left,
  refundTries: refundTries + 1,
  fault: `a refund of ${refunded - left} ${currency} failed after it was sent: send it again, or in another way`,
});

/** The credits that are to be back for what went back. A part is rounded down, in favour of the person. */
function owedBack({ credits, amount, refunded, disputed }: Order): number {
  const back = Math.min(amount, refunded + disputed);
  return Number((BigInt(credits) * BigInt(back)) / BigInt(amount));
}

/**
 * Writes what a provider reported, with the movements of credits that follow: all or nothing. A process that dies
 * before leaves the order as it was, and the next look asks the provider again.
 * @param asked the order as it was when the provider was asked.
 * @param eventId the notice that led to the question: it counts as handled with this.
 * @returns undefined if the order was changed since: the report may be older than that change.
 */
export function recordReport(
  deps: Deps,
  asked: Order,
  report: PaymentReport,
  eventId?: string,
): Promise<Order | undefined> {
  return inTransaction(deps.database, async (trx) => {
    const order = await Order.query(trx).findById(asked.id).forUpdate();
    invariant(order, `order ${asked.id} vanished`);
    if (order.version !== asked.version) return undefined;
    const now = deps.clock.now();
    const after = await changeOrder(deps, trx, order, decide(order, report, now));
    if (eventId !== undefined) await noteEvent(deps, trx, eventId, order.id);
    return after;
  });
}

/** Applies a change to an order whose row is locked, and moves the credits. */
export async function changeOrder(
  deps: Deps,
  trx: Transaction,
  order: Order,
  change: Partial<Change>,
): Promise<Order> {
  const now = deps.clock.now();
  const next = Object.assign(order.$clone(), change);
  next.refundWanted = Math.max(next.refundWanted, next.refunded);
  if (next.state !== order.state && next.state === 'paid') {
    next.paidAt = now;
    await sell(deps, trx, next);
  }
  if (next.state === 'paid') await settleReturns(deps, trx, next);
  next.dueAt = nextLook(next);
  if (isSame(order, next)) return order;
  next.version = order.version + 1;
  const { id, ...values } = next;
  await Order.query(trx).findById(id).patch(values);
  return next;
}

/** An order whose end is known is not looked at again. */
const nextLook = (order: Order): Date | null =>
  order.state === 'open' || order.refundWanted > order.refunded ? order.dueAt : null;

const sell = async (deps: Deps, trx: Transaction, order: Order): Promise<boolean> =>
  sellCredits(deps, trx, {
    userId: await findHolder(trx, order.userId),
    amount: order.credits,
    businessKey: `order:${order.id}`,
    reason: order.name,
  });

/** Takes back, or returns, what the last change made different. The order's version tells the movements apart. */
async function settleReturns(deps: Deps, trx: Transaction, order: Order): Promise<void> {
  const difference = owedBack(order) - order.takenBack;
  if (difference === 0) return;
  order.takenBack += difference;
  const movement = {
    userId: await findHolder(trx, order.userId),
    amount: Math.abs(difference),
    businessKey: `refund:${order.id}:${order.version}`,
    reason: order.name,
  };
  await (difference > 0 ? takeBackCredits : giveBackCredits)(deps, trx, movement, order.id);
}

/** The account that has the credits of one that was joined into another. The lock keeps a joining out meanwhile. */
async function findHolder(trx: Transaction, userId: string): Promise<string> {
  const user = await User.query(trx).select('id', 'mergedInto').findById(userId).forShare();
  invariant(user, `user ${userId} vanished`);
  return user.mergedInto === null ? userId : findHolder(trx, user.mergedInto);
}

const isSame = (one: Order, other: Order): boolean => JSON.stringify(one) === JSON.stringify(other);

/** A second note of the same notice is left out. */
export async function noteEvent(
  { clock }: Pick<Deps, 'clock'>,
  trx: Database | Transaction,
  id: string,
  orderId: string | null,
): Promise<void> {
  try {
    await PaymentEvent.query(trx).insert({ id, orderId, receivedAt: clock.now() });
  } catch (error) {
    if (!isDuplicateEntry(error)) throw error;
  }
}
