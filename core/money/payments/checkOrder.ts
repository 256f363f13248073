import { type Actor, noteKeyOf, recordAct } from '../../ground/audit.ts';
import { inTransaction } from '../../ground/db/connect.ts';
import { Order } from '../../ground/db/models/payment.ts';
import { invariant, Problem } from '../../ground/errors.ts';
import { beginPayment, type PaymentDeps, requireOrder, toProblem } from './orders.ts';
import { type PaymentProvider, PaymentRefused, PaymentUnavailable } from './provider.ts';
import { changeOrder, recordReport } from './recordReport.ts';

/** Another change came in between each time: then the next look finds what is missing. */
const tries = 4;

/**
 * Asks the provider what became of an order, and writes it; sends a refund that was decided and not sent. Every notice,
 * the leader and administrators come through here. So it does not matter in which order notices come, how often, or
 * whether one is lost.
 * @param eventId the notice that led here; it counts as handled with what is written.
 * @throws Problem `unavailable`.
 */
export async function checkOrder(deps: PaymentDeps, orderId: string, eventId?: string): Promise<Order> {
  for (let n = 0; n < tries; n++) {
    const order = await beginPayment(deps, await requireOrder(deps.database, orderId));
    if (order.state === 'refused') return order;
    const after = await checkOnce(deps, order, eventId);
    if (after && after.refundWanted === after.refunded) return after;
  }
  throw new Problem('unavailable', 'The order is being changed. Look again in a minute.', {
    retryAfterSeconds: 60,
  });
}

async function checkOnce(deps: PaymentDeps, order: Order, eventId?: string): Promise<Order | undefined> {
  const provider = requireProvider(deps, order);
  const report = await provider.readPayment(order).catch((error: unknown) => {
    // The checkout is unknown there: the key of another account, most likely.
    if (error instanceof PaymentRefused) throw toProblem(deps, order, new PaymentUnavailable(error.message));
    throw toProblem(deps, order, error);
  });
  const after = await recordReport(deps, order, report, eventId);
  if (after && after.refundWanted > after.refunded)
    await provider.refund(after).catch((error: unknown) => {
      if (error instanceof PaymentRefused) return giveUpRefund(deps, after, error);
      throw toProblem(deps, order, error);
    });
  return after;
}

function requireProvider({ providers }: PaymentDeps, order: Order): PaymentProvider {
  const provider = providers.get(order.provider);
  if (provider) return provider;
  throw new Problem('unavailable', `Payments by ${order.provider} are not set up any more.`);
}

/** The provider will not send it, so it is not wanted any more. */
async function giveUpRefund(
  { database, log }: PaymentDeps,
  asked: Order,
  error: PaymentRefused,
): Promise<never> {
  const { id, refundWanted } = asked;
  log.warn({ orderId: id, fault: error.message }, 'the provider refused a refund');
  await inTransaction(database, async (trx) => {
    const order = await Order.query(trx).findById(id).forUpdate();
    if (order?.refundWanted !== refundWanted) return;
    const { refunded, version, refundTries } = order;
    await Order.query(trx)
      .findById(id)
      .patch({
        refundWanted: refunded,
        version: version + 1,
        dueAt: null,
        // The provider remembers its refusal by the key of the try.
        refundTries: refundTries + 1,
      });
  });
  throw new Problem('invalid-params', `The provider did not take it: ${error.message}`);
}

/**
 * Says that an order was paid: outside, or with another price that is accepted. A repeat changes nothing.
 * @throws Problem `not-found`; `invalid-params` for an order whose provider says whether it is paid.
 */
export async function confirmOrder(
  deps: PaymentDeps,
  actor: Actor,
  id: string,
  reason: string,
): Promise<Order> {
  await requireOrder(deps.database, id);
  return inTransaction(deps.database, async (trx) => {
    const order = await Order.query(trx).findById(id).forUpdate();
    invariant(order, `order ${id} vanished`);
    if (order.state === 'paid') return order;
    const mayBe = order.state === 'mismatched' || order.provider === 'outside';
    if (!mayBe || order.state === 'refused')
      throw new Problem(
        'invalid-params',
        'Its provider says when this order is paid. Look for the payment there.',
      );
    const after = await changeOrder(deps, trx, order, { state: 'paid' });
    await recordAct(deps, trx, {
      actorId: actor.id,
      action: 'order.confirm',
      target: `order:${id}`,
      data: { before: order.state, after: after.state, reason, ...noteKeyOf(actor) },
    });
    return after;
  });
}

/**
 * Sends money back. The decision is committed before the provider is called: if the process dies, the leader sends it.
 * @param total what is to have gone back in all, so that a repeat sends nothing more.
 * @throws Problem `not-found`, `invalid-params`, `changed-meanwhile` while another refund is under way, `unavailable`.
 */
export async function refundOrder(
  deps: PaymentDeps,
  actor: Actor,
  id: string,
  { total, reason }: { total: number; reason: string },
): Promise<Order> {
  await requireOrder(deps.database, id);
  await inTransaction(deps.database, async (trx) => {
    const order = await Order.query(trx).findById(id).forUpdate();
    invariant(order, `order ${id} vanished`);
    requireRefundable(order, total);
    if (order.refundWanted === total) return;
    const { refundWanted, version } = order;
    await Order.query(trx)
      .findById(id)
      .patch({ refundWanted: total, version: version + 1, dueAt: deps.clock.now() });
    await recordAct(deps, trx, {
      actorId: actor.id,
      action: 'order.refund',
      target: `order:${id}`,
      data: { before: refundWanted, after: total, reason, ...noteKeyOf(actor) },
    });
  });
  return checkOrder(deps, id);
}

function requireRefundable(order: Order, total: number): void {
  const { state, amount, refunded, refundWanted } = order;
  const fault = (message: string) =>
    new Problem('invalid-params', 'This cannot be sent back. See the errors.', {
      errors: [{ pointer: '/total', message }],
    });
  if (state !== 'paid') throw fault('The order is not paid.');
  if (total > amount) throw fault(`At most ${amount} were paid.`);
  if (total < refundWanted) throw fault(`${refundWanted} went back already.`);
  if (refundWanted > refunded && total !== refundWanted)
    throw new Problem(
      'changed-meanwhile',
      'Another refund of this order is under way. Look again in a minute.',
    );
}
