import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { inTransaction } from '../../ground/db/connect.ts';
import { Order, type ProviderName } from '../../ground/db/models/payment.ts';
import { User } from '../../ground/db/models/user.ts';
import { newId } from '../../ground/runtime/ids.ts';
import { joinAccounts } from '../../people/identity/accounts/joinAccounts.ts';
import { createUser } from '../../testing/db/factories.ts';
import { databaseFixture } from '../../testing/fixture.ts';
import { createManualClock, type ManualClock } from '../../testing/manualClock.ts';
import { type StripeStandIn, startStripeStandIn } from '../../testing/stripeStandIn.ts';
import { giftCredits, grantCredits } from '../credits/credits.ts';
import { findGiftable } from '../credits/grantLocks.ts';
import { checkLedger } from '../credits/ledgerCheck.ts';
import { findBalance } from '../credits/statement.ts';
import { confirmOrder, refundOrder } from './checkOrder.ts';
import { createOrder, type PaymentDeps } from './orders.ts';
import { putPackage } from './packages.ts';
import { outsideProvider, type PaymentProvider } from './provider.ts';
import { recoverOrders } from './recoverOrders.ts';
import { createStripeProvider } from './stripeProvider.ts';
import { sweepOrders } from './sweepOrders.ts';

const minuteMs = 60_000;
const never = new AbortController().signal;
const packageId = newId();
const db = databaseFixture();
let stripe: StripeStandIn;
let clock: ManualClock;
let deps: PaymentDeps;
let admin: { id: string; serviceKey: null };

beforeAll(async () => {
  stripe = await startStripeStandIn();
  admin = { id: (await createUser(db.database, 0)).id, serviceKey: null };
  const sold = { credits: 1_000, amount: 500, currency: 'EUR', active: true, version: 0 };
  const name = { en: '1,000 credits', 'zh-CN': '1000 积分' };
  await putPackage({ database: db.database, clock: createManualClock() }, admin, packageId, {
    name,
    ...sold,
  });
});
afterAll(async () => {
  expect(await checkLedger(db.database)).toMatchObject({ ok: true });
  await stripe[Symbol.asyncDispose]();
});
beforeEach(async () => {
  stripe.instead.answer = undefined;
  await Order.query(db.database).patch({ dueAt: null });
  // Stripe's own clock is the machine's.
  clock = createManualClock(new Date());
  const { secretKey, url: apiUrl } = stripe;
  const provider = createStripeProvider({ secretKey, apiUrl, returnUrl: 'https://shop.example/' });
  const providers = new Map<ProviderName, PaymentProvider>([
    ['stripe', provider],
    ['outside', outsideProvider],
  ]);
  deps = { database: db.database, clock, log: { warn: () => undefined }, providers };
});

const order = async (provider: ProviderName = 'stripe') => {
  const { id } = await createUser(db.database, 0);
  return createOrder(deps, id, { packageId, packageVersion: 1, provider, key: 'one' });
};
const read = async (id: string) => {
  const row = await Order.query(db.database).findById(id).throwIfNotFound();
  return { ...row, available: (await findBalance(db.database, row.userId)).available };
};
const sweep = () => sweepOrders(deps, never);
/** Of the calls that made something. */
const keysOf = (path: string) =>
  stripe.calls
    .filter((call) => call.path === path && call.method === 'POST')
    .map(({ idempotencyKey }) => idempotencyKey);

test('a payment whose notice was lost is found by asking', async () => {
  const { id, providerRef } = await order();
  stripe.pay(providerRef ?? '');
  await sweep();
  expect(await read(id)).toMatchObject({ state: 'open' });
  await clock.advance(2 * minuteMs);
  await Promise.all([sweep(), sweep(), sweep()]);
  expect(await read(id)).toMatchObject({ state: 'paid', available: 1_000, dueAt: null });
  expect(stripe.calls.filter(({ path }) => path.endsWith(`/${providerRef}`))).toHaveLength(1);
});

test('an order is asked for ever more seldom, and not after its end', async () => {
  const { id, providerRef } = await order();
  const waits: number[] = [];
  for (let round = 0; round < 8; round++) {
    const { dueAt } = await read(id);
    waits.push((dueAt?.getTime() ?? 0) - clock.now().getTime());
    await clock.advance(waits.at(-1) ?? 0);
    await sweep();
  }
  expect(waits).toEqual(waits.toSorted((a, b) => a - b));
  stripe.expire(providerRef ?? '');
  await clock.advance(60 * minuteMs);
  await sweep();
  expect(await read(id)).toMatchObject({ state: 'expired', dueAt: null });
});

test('an order whose checkout was cut off while it began gets one', async () => {
  const sessions = stripe.state.sessions.size;
  stripe.calls.length = 0;
  stripe.instead.answer = (_call, response) => {
    response.destroy();
    return true;
  };
  await expect(order()).rejects.toMatchObject({ code: 'unavailable' });
  stripe.instead.answer = undefined;
  await clock.advance(2 * minuteMs);
  await sweep();
  expect(stripe.state.sessions.size).toBe(sessions + 1);
  const { id } = await Order.query(db.database).orderBy('id', 'desc').first().throwIfNotFound();
  expect(await read(id)).toMatchObject({ state: 'open', checkoutUrl: expect.stringContaining('https://') });
  // Stripe may have begun the one that was cut off: by its key it is the same.
  expect(keysOf('/v1/checkout/sessions')).toEqual([`checkout:${id}`, `checkout:${id}`]);
});

test('a refund that was decided before a death is sent once', async () => {
  const { id, providerRef } = await order();
  stripe.pay(providerRef ?? '');
  await clock.advance(2 * minuteMs);
  await sweep();
  stripe.calls.length = 0;
  stripe.instead.answer = (call, response) => {
    if (call.path !== '/v1/refunds') return false;
    response.destroy();
    return true;
  };
  await expect(refundOrder(deps, admin, id, { total: 500, reason: 'asked for' })).rejects.toMatchObject({
    code: 'unavailable',
  });
  stripe.instead.answer = undefined;
  await clock.advance(2 * minuteMs);
  await sweep();
  await sweep();
  expect(await read(id)).toMatchObject({ refunded: 500, takenBack: 1_000, available: 0, dueAt: null });
  expect(stripe.state.requireCharge(providerRef ?? '').amount_refunded).toBe(500);
  expect(keysOf('/v1/refunds')).toEqual([`refund:${id}:0:500`, `refund:${id}:0:500`]);
});

test('a refund that fails after it was sent gives the credits back, and can be sent again', async () => {
  const { id, providerRef } = await order();
  stripe.pay(providerRef ?? '');
  await clock.advance(2 * minuteMs);
  await sweep();
  await refundOrder(deps, admin, id, { total: 500, reason: 'asked for' });
  expect(await read(id)).toMatchObject({ refunded: 500, available: 0 });
  stripe.failRefund(providerRef ?? '', 500);
  await Order.query(db.database).findById(id).patch({ dueAt: clock.now() });
  for (let look = 0; look < 2; look++) await sweep();
  expect(await read(id)).toMatchObject({ refunded: 0, takenBack: 0, available: 1_000, dueAt: null });
  const failed = await Order.query(db.database).findById(id);
  expect([failed?.refundWanted, failed?.fault]).toEqual([0, expect.stringContaining('a refund of 500')]);
  // The same amount has another key than the one that failed.
  await refundOrder(deps, admin, id, { total: 500, reason: 'once more' });
  expect(await read(id)).toMatchObject({ refunded: 500, available: 0 });
  expect(stripe.state.requireCharge(providerRef ?? '').amount_refunded).toBe(500);
});

test('a refund that was refused reaches the provider again when it is decided again', async () => {
  const { id, providerRef } = await order();
  stripe.pay(providerRef ?? '');
  await clock.advance(2 * minuteMs);
  await sweep();
  const charge = stripe.state.requireCharge(providerRef ?? '');
  // Nothing is left to send, which the report does not say yet.
  charge.amount_refunded = 500;
  const provider = deps.providers.get('stripe');
  const blind = {
    ...provider,
    readPayment: async (asked: Order) => ({ ...(await provider?.readPayment(asked)), refunded: 0 }),
  };
  const refusing = { ...deps, providers: new Map([['stripe', blind]]) } as PaymentDeps;
  await expect(refundOrder(refusing, admin, id, { total: 500, reason: 'x' })).rejects.toMatchObject({
    code: 'invalid-params',
  });
  charge.amount_refunded = 0;
  charge.refunded = false;
  await refundOrder(deps, admin, id, { total: 500, reason: 'again' });
  expect(await read(id)).toMatchObject({ refunded: 500, available: 0 });
});

test('a report that is older than the order changes nothing', async () => {
  const { id, providerRef } = await order();
  stripe.pay(providerRef ?? '');
  await clock.advance(2 * minuteMs);
  await sweep();
  const slow = createGate();
  const provider = deps.providers.get('stripe');
  const readPayment = async (asked: Order) => {
    const report = await provider?.readPayment(asked);
    slow.arrive();
    await slow.passed;
    return report;
  };
  const slowDeps = { ...deps, providers: new Map([['stripe', { ...provider, readPayment }]]) } as PaymentDeps;
  await Order.query(db.database).findById(id).patch({ dueAt: clock.now() });
  const late = sweepOrders(slowDeps, never);
  await slow.arrived;
  stripe.dispute(providerRef ?? '', 'needs_response');
  await clock.advance(60 * minuteMs);
  await Order.query(db.database).findById(id).patch({ dueAt: clock.now() });
  await sweep();
  expect(await read(id)).toMatchObject({ disputed: 500, available: 0 });
  slow.open();
  await late;
  expect(await read(id)).toMatchObject({ disputed: 500, takenBack: 1_000, available: 0 });
});

/** Holds an answer until a test opens it. */
function createGate() {
  const [arrival, passage] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  return {
    arrive: arrival.resolve,
    arrived: arrival.promise,
    open: passage.resolve,
    passed: passage.promise,
  };
}

test('free credits that a dispute took come back locked as before, and bought ones free', async () => {
  const { id, userId, providerRef } = await order();
  stripe.pay(providerRef ?? '');
  await clock.advance(2 * minuteMs);
  await sweep();
  const unlocksAt = new Date(clock.now().getTime() + 30 * 24 * 60 * minuteMs);
  const other = await createUser(db.database, 0);
  await inTransaction(db.database, async (trx) => {
    const grant = { userId, amount: 300, key: newId(), reason: 'test', unlocksAt };
    await grantCredits(deps, trx, grant);
    await giftCredits(deps, trx, {
      fromUserId: userId,
      toUserId: other.id,
      amount: 600,
      key: newId(),
      reason: '',
    });
  });
  const giftable = async () => {
    const balance = await findBalance(db.database, userId);
    return { available: balance.available, ...(await findGiftable(db.database, balance, clock.now())) };
  };
  const before = await giftable();
  expect(before).toMatchObject({ available: 700, giftable: 400, next: { amount: 300, at: unlocksAt } });
  for (const status of ['needs_response', 'won', 'needs_response', 'won']) {
    stripe.dispute(providerRef ?? '', status);
    await Order.query(db.database).findById(id).patch({ dueAt: clock.now() });
    await sweep();
    if (status === 'won') expect(await giftable()).toEqual(before);
    else expect(await findBalance(db.database, userId)).toMatchObject({ available: 0, debt: 300 });
  }
  stripe.dispute(providerRef ?? '', 'needs_response');
  await Order.query(db.database).findById(id).patch({ dueAt: clock.now() });
  await sweep();
  // Free credits of meanwhile pay the debt. They are free ones again when it turns out that nothing was owed.
  const later = { userId, amount: 200, key: newId(), reason: 'test', unlocksAt };
  await inTransaction(db.database, (trx) => grantCredits(deps, trx, later));
  expect(await findBalance(db.database, userId)).toMatchObject({ available: 0, debt: 100 });
  stripe.dispute(providerRef ?? '', 'won');
  await Order.query(db.database).findById(id).patch({ dueAt: clock.now() });
  await sweep();
  expect(await giftable()).toMatchObject({ available: 900, giftable: 400 });
  expect(await read(id)).toMatchObject({ takenBack: 0 });
});

test('after a restore what people paid since the backup is credited once, the rest is told', async () => {
  const [begun, lost, unpaid, foreign] = [await order(), await order(), await order(), await order()];
  const backedUpAt = new Date(Date.now() - 60 * minuteMs);
  for (const { providerRef } of [begun, lost, foreign]) stripe.pay(providerRef ?? '');
  const earlier = await order();
  stripe.pay(earlier.providerRef ?? '');
  await clock.advance(2 * minuteMs);
  await Order.query(db.database)
    .findById(begun.id)
    .patch({ providerRef: null, checkoutUrl: null, dueAt: null });
  await Order.query(db.database).findByIds([lost.id, unpaid.id, foreign.id]).delete();
  stripe.state.requireSession(foreign.providerRef ?? '').metadata.userId = newId();
  const provider = createStripeProvider({
    ...stripe,
    apiUrl: stripe.url,
    returnUrl: 'https://shop.example/',
  });
  const recovery = { ...deps, stripe: provider };

  const { recovered, told } = await recoverOrders(recovery, backedUpAt);
  expect(recovered.toSorted()).toEqual(expect.arrayContaining([lost.id, unpaid.id].toSorted()));
  expect(told.filter((sentence) => sentence.includes(foreign.id))).toEqual([
    expect.stringContaining('was paid at Stripe (500 EUR, cs_test'),
  ]);
  expect((await recoverOrders(recovery, backedUpAt)).recovered).toEqual([]);
  for (let round = 0; round < 3; round++) await sweep();
  for (const { id } of [begun, lost])
    expect(await read(id)).toMatchObject({ state: 'paid', available: 1_000 });
  const { createdAt, expiresAt, ...same } = lost;
  const kept = Object.keys(same).filter(
    (name) => !['state', 'version', 'paidAt', 'paymentRef', 'dueAt', 'checkoutUrl'].includes(name),
  );
  const again = await Order.query(db.database).findById(lost.id);
  for (const name of kept) expect(again?.[name as keyof Order], name).toEqual(lost[name as keyof Order]);
  expect(await read(unpaid.id)).toMatchObject({ state: 'open', available: 0 });
  expect(await Order.query(db.database).findById(foreign.id)).toBeUndefined();
  // A refund of the lost time, of an order that the backup has as paid.
  stripe.state.requireSession(earlier.providerRef ?? '').created -= 10 * 3_600;
  stripe.refund(earlier.providerRef ?? '', 500);
  await recoverOrders(recovery, backedUpAt);
  for (let round = 0; round < 3; round++) await sweep();
  expect(await read(earlier.id)).toMatchObject({ refunded: 500, available: 0, dueAt: null });
});

test('an order outside that nobody confirms expires, and late money counts', async () => {
  const { id } = await order('outside');
  await clock.advance(14 * 24 * 60 * minuteMs);
  await sweep();
  expect(await read(id)).toMatchObject({ state: 'expired', available: 0 });
  await confirmOrder(deps, admin, id, 'it came after all');
  expect(await read(id)).toMatchObject({ state: 'paid', available: 1_000 });
});

test('credits and debts of a joined account are those of the other one', async () => {
  const { id, userId, providerRef } = await order();
  const [other, discord] = [await createUser(db.database, 300), { username: null }];
  await User.query(db.database).findById(userId).patch(discord);
  await inTransaction(db.database, (trx) => joinAccounts(deps, trx, userId, other.id));
  stripe.pay(providerRef ?? '');
  await clock.advance(2 * minuteMs);
  await sweep();
  expect((await findBalance(db.database, other.id)).available).toBe(1_300);
  stripe.refund(providerRef ?? '', 500);
  await Order.query(db.database).findById(id).patch({ dueAt: clock.now() });
  await sweep();
  expect((await findBalance(db.database, other.id)).available).toBe(300);
});
