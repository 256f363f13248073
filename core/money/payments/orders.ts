import type { Locale } from '@star-graph/workflows';
import type { Logger } from 'pino';
import { type Database, inTransaction } from '../../ground/db/connect.ts';
import { Order, type ProviderName } from '../../ground/db/models/payment.ts';
import { User } from '../../ground/db/models/user.ts';
import { invariant, Problem } from '../../ground/errors.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { isId, newId } from '../../ground/runtime/ids.ts';
import { findPackage } from './packages.ts';
import { type PaymentProviders, PaymentRefused, PaymentUnavailable } from './provider.ts';

export interface PaymentDeps {
  database: Database;
  clock: Clock;
  log: Pick<Logger, 'warn'>;
  providers: PaymentProviders;
}

interface NewOrder {
  packageId: string;
  /** The version whose price the person saw. */
  packageVersion: number;
  provider: ProviderName;
  /** One order for each key of a person. */
  key: string;
}

const openOrdersPerPerson = 10;
const minuteMs = 60_000;
/** Stripe takes a checkout of 30 minutes to 24 hours. */
const lifeMs = { stripe: 60 * minuteMs, outside: 14 * 24 * 60 * minuteMs };
/** The first question to a provider that sent no notice; the next ones come ever later. */
const firstLookMs = 2 * minuteMs;

/**
 * Orders a package at the price that the person saw, and begins its payment. The row is committed before the provider
 * is called. If the process dies in between, a repeat with the same key, or the leader, begins the same payment again:
 * the provider knows it by the order's id.
 * @throws Problem `not-found`, `changed-meanwhile` when the package is at another version, `idempotency-conflict` when
 * the key stands for another order, `quota-exceeded`, `unavailable`.
 */
export async function createOrder(deps: PaymentDeps, userId: string, wanted: NewOrder): Promise<Order> {
  if (!deps.providers.has(wanted.provider))
    throw new Problem('not-found', 'This way to pay is not offered here.', {
      errors: [{ pointer: '/provider', message: 'Not offered here.' }],
    });
  return beginPayment(deps, await insertOrder(deps, userId, wanted));
}

function insertOrder({ database, clock }: PaymentDeps, userId: string, wanted: NewOrder): Promise<Order> {
  const { packageId, packageVersion, provider, key: orderKey } = wanted;
  return inTransaction(database, async (trx) => {
    // The account's row is the lock under which the person's orders are counted.
    const user = await User.query(trx).findById(userId).select('id', 'locale').forUpdate();
    invariant(user, `user ${userId} vanished`);
    const earlier = await Order.query(trx).findOne({ userId, orderKey });
    if (earlier) return requireSame(earlier, wanted);
    const found = await findPackage(trx, packageId);
    if (!found?.active) throw new Problem('not-found', 'This package is not sold. Read the list again.');
    if (found.version !== packageVersion)
      throw new Problem('changed-meanwhile', 'This package was changed. Read its price, and decide again.');
    const open = await Order.query(trx).where({ userId, state: 'open' }).resultSize();
    if (open >= openOrdersPerPerson)
      throw new Problem(
        'quota-exceeded',
        `You have ${open} unpaid orders. Pay one, or wait until they expire.`,
      );
    const now = clock.now();
    const { credits, amount, currency, name } = found;
    return Order.query(trx).insertAndFetch({
      id: newId(),
      userId,
      orderKey,
      provider,
      packageId,
      packageVersion,
      credits,
      amount,
      currency,
      state: 'open',
      name: name[user.locale as Locale],
      createdAt: now,
      expiresAt: new Date(now.getTime() + lifeMs[provider]),
      dueAt: new Date(now.getTime() + (provider === 'outside' ? lifeMs.outside : firstLookMs)),
    });
  });
}

function requireSame(earlier: Order, { packageId, packageVersion, provider }: NewOrder): Order {
  const isSame =
    earlier.packageId === packageId &&
    earlier.packageVersion === packageVersion &&
    earlier.provider === provider;
  if (isSame) return earlier;
  throw new Problem('idempotency-conflict', 'This key was used for another order. Use a new one.');
}

/**
 * Begins the payment of an open order, unless it began already.
 * @throws Problem `unavailable`: the same request may be repeated.
 */
export async function beginPayment(deps: PaymentDeps, order: Order): Promise<Order> {
  const provider = deps.providers.get(order.provider);
  if (!provider || provider.isManual || order.state !== 'open' || order.providerRef !== null) return order;
  try {
    const { ref, url } = await provider.openCheckout(order);
    // Written before anybody is told the address: a payment that nobody could have made needs no look.
    await Order.query(deps.database)
      .findById(order.id)
      .where({ state: 'open' })
      .whereNull('providerRef')
      .patch({ providerRef: ref, checkoutUrl: url });
  } catch (error) {
    if (!(error instanceof PaymentRefused)) throw toProblem(deps, order, error);
    const { id, version } = order;
    const refused = { state: 'refused', fault: error.message.slice(0, 500), dueAt: null } as const;
    await Order.query(deps.database)
      .findById(id)
      .where({ state: 'open', version })
      .patch({ ...refused, version: version + 1 });
    deps.log.warn({ orderId: order.id, fault: error.message }, 'the provider refused to begin a payment');
  }
  return requireOrder(deps.database, order.id);
}

/** Other errors pass as they are. */
export function toProblem(
  { log }: Pick<PaymentDeps, 'log'>,
  order: Pick<Order, 'id'>,
  error: unknown,
): unknown {
  if (!(error instanceof PaymentUnavailable)) return error;
  log.warn({ orderId: order.id, fault: error.message }, 'the provider of payments cannot be used');
  return new Problem('unavailable', 'The payment service does not answer. Try again in a minute.', {
    retryAfterSeconds: 60,
  });
}

/** @param userId whose it must be; undefined: anybody's. @throws Problem `not-found`. */
export async function requireOrder(database: Database, id: string, userId?: string): Promise<Order> {
  const order = isId(id) ? await Order.query(database).findById(id) : undefined;
  if (order && (userId === undefined || order.userId === userId)) return order;
  throw new Problem('not-found', 'There is no such order.');
}

/** Newest first; `beforeId` continues a page. */
export function listOrders(
  database: Database,
  filter: Partial<Pick<Order, 'userId' | 'state'>>,
  page: { limit: number; beforeId?: string },
): Promise<Order[]> {
  const query = Order.query(database).where(filter).orderBy('id', 'desc').limit(page.limit);
  if (page.beforeId !== undefined) query.where('id', '<', page.beforeId);
  return query.then((orders) => orders);
}
