import type { SignInView } from '@star-graph/contract/auth/signIn';
import { Order, PaymentEvent } from '@star-graph/core/ground/db/models/payment';
import { beforeEach, describe, expect, test } from 'vitest';
import { codeOf } from '../../testing/servers/apiServer.ts';
import { platformFixture } from '../../testing/servers/fixtures.ts';
import { paidApiFixture, shopFixture, stripeFixture } from '../../testing/servers/paymentServer.ts';

const platform = platformFixture();
const stripe = stripeFixture();
const api = paidApiFixture(platform, stripe);
const shop = shopFixture(api);
const endpoint = () => `${api.url}/api/payments/stripe`;

beforeEach(() => {
  stripe.instead.answer = undefined;
  stripe.state.pending.length = 0;
});

async function startOrder() {
  const person = await api.signUp();
  const { status, body } = await shop.order(person);
  expect(status).toBe(201);
  const row = await Order.query(platform.db.database).findById(body.id);
  return { person, id: body.id as string, url: body.checkoutUrl as string, session: row?.providerRef ?? '' };
}
async function buy() {
  const order = await startOrder();
  stripe.pay(order.session);
  expect(await stripe.deliver(endpoint())).toEqual([204]);
  return order;
}
const facts = async ({ person, id }: { person: SignInView; id: string }) => {
  const { state, refunded, disputed, takenBack } = await shop.read(person, id);
  return { state, refunded, disputed, takenBack, balance: await shop.balance(person) };
};
const post = (body: string, signature: string) =>
  api.call('/api/payments/stripe', { body, headers: { 'stripe-signature': signature } });

describe('a purchase by Stripe', () => {
  test('adds its credits when Stripe says that it was paid', async () => {
    const order = await startOrder();
    expect(order.url).toContain(order.session);
    expect(await facts(order)).toMatchObject({ state: 'open', balance: 0 });
    stripe.pay(order.session);
    expect(await stripe.deliver(endpoint())).toEqual([204]);
    expect(await facts(order)).toMatchObject({ state: 'paid', balance: 1_000 });
  });

  test('that is ordered again begins one payment', async () => {
    const person = await api.signUp();
    const before = stripe.state.sessions.size;
    const answers = await Promise.all(Array.from({ length: 5 }, () => shop.order(person)));
    expect(new Set(answers.map(({ body }) => `${body.id} ${body.checkoutUrl}`)).size).toBe(1);
    expect(stripe.state.sessions.size).toBe(before + 1);
  });

  test('is credited once by a notice that comes many times at once', async () => {
    const order = await startOrder();
    stripe.pay(order.session);
    const body = JSON.stringify(stripe.state.pending[0]);
    const answers = await Promise.all(Array.from({ length: 6 }, () => post(body, stripe.sign(body))));
    for (const { status } of answers) expect([204, 503]).toContain(status);
    expect((await post(body, stripe.sign(body))).status).toBe(204);
    expect(await shop.history(order.person)).toEqual([['purchase', 1_000]]);
    const id = JSON.parse(body).id;
    expect(await PaymentEvent.query(platform.db.database).where({ id }).resultSize()).toBe(1);
  });

  test('whose handled notice comes again asks Stripe nothing', async () => {
    const order = await startOrder();
    stripe.pay(order.session);
    const body = JSON.stringify(stripe.state.pending[0]);
    await post(body, stripe.sign(body));
    const calls = stripe.calls.length;
    expect((await post(body, stripe.sign(body))).status).toBe(204);
    expect(stripe.calls.length).toBe(calls);
  });

  test('of another amount or currency adds nothing until an administrator accepts it', async () => {
    for (const paid of [{ amount: 1 }, { amount: 501 }, { currency: 'usd' }]) {
      const order = await startOrder();
      stripe.pay(order.session, paid);
      expect(await stripe.deliver(endpoint())).toEqual([204]);
      expect(await facts(order)).toMatchObject({ state: 'mismatched', balance: 0 });
    }
    const listed = (await shop.asAdmin('orders?state=mismatched&limit=1')).body.items[0];
    expect(listed.fault).toBe('500 USD was paid, and not 500 EUR');
    const accepted = await shop.asAdmin(`orders/${listed.id}/confirm`, { reason: 'good enough' });
    expect(accepted.body).toMatchObject({ state: 'paid', credits: 1_000 });
  });

  test('that nobody pays expires, and an administrator cannot call it paid', async () => {
    const order = await startOrder();
    expect((await shop.asAdmin(`orders/${order.id}/confirm`, { reason: 'a friend' })).status).toBe(422);
    stripe.expire(order.session);
    await stripe.deliver(endpoint());
    expect(await facts(order)).toMatchObject({ state: 'expired', balance: 0 });
  });

  test('that Stripe refuses to begin ends as refused', async () => {
    const id = '01900000-0000-7000-8000-0000000000aa';
    await shop.putPackage({ currency: 'CHF' }, id);
    const { body } = await shop.order(await api.signUp(), { packageId: id });
    expect([body.state, body.checkoutUrl]).toEqual(['refused', undefined]);
    const { items } = (await shop.asAdmin('orders?state=refused&limit=1')).body;
    expect(items[0]).toMatchObject({ id: body.id, fault: expect.stringContaining('Invalid currency: chf') });
  });
});

describe('money that goes back', () => {
  test('in parts takes the same part of the credits', async () => {
    const order = await buy();
    stripe.refund(order.session, 100);
    await stripe.deliver(endpoint());
    expect(await facts(order)).toMatchObject({ refunded: 100, takenBack: 200, balance: 800 });
    stripe.refund(order.session, 400);
    await stripe.deliver(endpoint());
    expect(await facts(order)).toMatchObject({ refunded: 500, takenBack: 1_000, balance: 0 });
  });

  test('before the payment is told leaves the same in the end', async () => {
    const order = await startOrder();
    stripe.pay(order.session);
    stripe.refund(order.session, 100);
    stripe.state.pending.reverse();
    expect(await stripe.deliver(endpoint())).toEqual([204, 204]);
    expect(await facts(order)).toMatchObject({ state: 'paid', takenBack: 200, balance: 800 });
  });

  test('at an administrator’s word is sent once, though it is asked for many times', async () => {
    const order = await buy();
    const ask = () => shop.asAdmin(`orders/${order.id}/refund`, { total: 500, reason: 'asked for' });
    const answers = await Promise.all(Array.from({ length: 4 }, ask));
    for (const { status } of answers) expect([200, 503]).toContain(status);
    expect((await ask()).body).toMatchObject({ refunded: 500, takenBack: 1_000 });
    expect(stripe.state.requireCharge(order.session).amount_refunded).toBe(500);
    await stripe.deliver(endpoint());
    expect(await shop.history(order.person)).toEqual([
      ['refund', -1_000],
      ['purchase', 1_000],
    ]);
  });

  test('is sent after all when the answer to the first try was lost', async () => {
    const order = await buy();
    stripe.instead.answer = (call, response) => {
      if (call.path !== '/v1/refunds') return false;
      response.destroy();
      return true;
    };
    const ask = () => shop.asAdmin(`orders/${order.id}/refund`, { total: 300, reason: 'asked for' });
    expect((await ask()).status).toBe(503);
    expect(await facts(order)).toMatchObject({ refunded: 0, takenBack: 0 });
    const other = await shop.asAdmin(`orders/${order.id}/refund`, { total: 400, reason: 'more' });
    expect(codeOf(other)).toBe('changed-meanwhile');
    stripe.instead.answer = undefined;
    expect((await shop.asAdmin(`orders/${order.id}/check`, undefined, 'POST')).body).toMatchObject({
      refunded: 300,
      takenBack: 600,
    });
    expect(stripe.state.requireCharge(order.session).amount_refunded).toBe(300);
  });

  test('by a dispute takes the credits until it is won', async () => {
    const order = await buy();
    stripe.dispute(order.session, 'warning_needs_response');
    await stripe.deliver(endpoint());
    expect(await facts(order)).toMatchObject({ disputed: 0, balance: 1_000 });
    stripe.dispute(order.session, 'needs_response');
    await stripe.deliver(endpoint());
    expect(await facts(order)).toMatchObject({ disputed: 500, takenBack: 1_000, balance: 0 });
    stripe.dispute(order.session, 'won');
    await stripe.deliver(endpoint());
    expect(await facts(order)).toMatchObject({ disputed: 0, takenBack: 0, balance: 1_000 });
  });

  test('by notices in the wrong order leaves what Stripe says last', async () => {
    const order = await buy();
    stripe.dispute(order.session, 'needs_response');
    stripe.dispute(order.session, 'won');
    stripe.state.pending.reverse();
    await stripe.deliver(endpoint());
    expect(await facts(order)).toMatchObject({ state: 'paid', takenBack: 0, balance: 1_000 });
    stripe.dispute(order.session, 'lost');
    await stripe.deliver(endpoint());
    expect(await facts(order)).toMatchObject({ takenBack: 1_000, balance: 0 });
  });
});

describe('a notice', () => {
  const paidNotice = async () => {
    const order = await startOrder();
    stripe.pay(order.session);
    return { order, body: JSON.stringify(stripe.state.pending[0]) };
  };

  test('that is forged, changed, unsigned or recorded earlier changes nothing', async () => {
    const { order, body } = await paidNotice();
    const changed = body.replace('"type"', ' "type"');
    const old = new Date(Date.now() - 301_000);
    const tries = [
      post(body, ''),
      post(body, stripe.sign(body, new Date(), 'whsec_guessed')),
      post(changed, stripe.sign(body)),
      post(body, stripe.sign(body, old)),
      post(body, stripe.sign(body).replace('v1=', 'v0=')),
    ];
    for (const answer of await Promise.all(tries))
      expect([answer.status, codeOf(answer)]).toEqual([401, 'unauthenticated']);
    expect(await facts(order)).toMatchObject({ state: 'open', balance: 0 });
  });

  test('about an unknown order or payment is taken and changes nothing', async () => {
    const about = (type: string, object: object) => {
      const body = JSON.stringify({ id: `evt_${type}`, type, data: { object } });
      return post(body, stripe.sign(body));
    };
    const unknown = '01900000-0000-7000-8000-000000000000';
    const answers = [
      await about('checkout.session.completed', { client_reference_id: unknown }),
      await about('checkout.session.expired', { client_reference_id: 'of another shop' }),
      await about('charge.refunded', { payment_intent: 'pi_of_another_shop' }),
      await about('customer.created', {}),
    ];
    expect(answers.map(({ status }) => status)).toEqual([204, 204, 204, 204]);
  });

  test('that says it is paid adds nothing when Stripe does not say so', async () => {
    const order = await startOrder();
    const object = {
      ...stripe.state.requireSession(order.session),
      payment_status: 'paid',
      status: 'complete',
    };
    const body = JSON.stringify({ id: 'evt_early', type: 'checkout.session.completed', data: { object } });
    expect((await post(body, stripe.sign(body))).status).toBe(204);
    expect(await facts(order)).toMatchObject({ state: 'open', balance: 0 });
  });
});
