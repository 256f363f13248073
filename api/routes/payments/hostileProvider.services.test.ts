import { Writable } from 'node:stream';
import { parseConfig } from '@star-graph/core/ground/config/config';
import { Order } from '@star-graph/core/ground/db/models/payment';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import type { Override } from '@star-graph/core/testing/stripeStandIn';
import pino from 'pino';
import { afterEach, expect, test } from 'vitest';
import { startApi } from '../../startApi.ts';
import { platformFixture } from '../../testing/servers/fixtures.ts';
import {
  paidApiFixture,
  paymentEnv,
  shopFixture,
  stripeFixture,
} from '../../testing/servers/paymentServer.ts';

const platform = platformFixture();
const stripe = stripeFixture();
const api = paidApiFixture(platform, stripe);
const shop = shopFixture(api);
afterEach(() => {
  stripe.instead.answer = undefined;
  stripe.state.pending.length = 0;
});

async function paidOrder() {
  const person = await api.signUp();
  const { body } = await shop.order(person);
  const row = await Order.query(platform.db.database).findById(body.id);
  stripe.pay(row?.providerRef ?? '');
  return { person, id: body.id as string };
}
const check = (id: string) => shop.asAdmin(`orders/${id}/check`, undefined, 'POST');
const answerWith =
  (body: object, status = 200): Override =>
  (_call, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    return true;
  };

/** What a read of a paid checkout answers, with changes. */
const sessionOf = (id: string, change: object) => {
  const session = [...stripe.state.sessions.values()].find((one) => one.client_reference_id === id);
  const charge = { amount_refunded: 0, disputed: false };
  return { ...session, payment_intent: { id: 'pi_1', latest_charge: charge }, ...change };
};

const hostile: Record<string, (id: string) => Override> = {
  'the checkout of another order': (id) =>
    answerWith(sessionOf(id, { client_reference_id: '01900000-0000-7000-8000-000000000000' })),
  'a negative refund': (id) =>
    answerWith(
      sessionOf(id, {
        payment_intent: { id: 'pi_1', latest_charge: { amount_refunded: -500, disputed: false } },
      }),
    ),
  'a price that is no whole number': (id) => answerWith(sessionOf(id, { amount_total: 500.5 })),
  'a text in place of the price': (id) => answerWith(sessionOf(id, { amount_total: '500' })),
  'nothing but an empty object': () => answerWith({}),
  'a fault of its own': () => answerWith({ error: { type: 'api_error', message: 'down' } }, 500),
  'no JSON': () => (_call, response) => {
    response.end('<html>');
    return true;
  },
  'a redirect': () => (_call, response) => {
    response.writeHead(307, { location: `${stripe.url}/v1/elsewhere` }).end();
    return true;
  },
  'a body without an end': () => (_call, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write('{"id": "');
    const more = () => {
      while (response.write('x'.repeat(65_536)));
      response.once('drain', more);
    };
    more();
    return true;
  },
  'no answer at all': () => () => true,
};

test.each(Object.keys(hostile))('%s adds nothing, and the purchase ends well later', async (kind) => {
  const order = await paidOrder();
  stripe.instead.answer = hostile[kind]?.(order.id);
  const answer = await check(order.id);
  expect([answer.status, JSON.stringify(answer.body)]).toEqual([
    503,
    expect.not.stringContaining(stripe.secretKey),
  ]);
  expect(await shop.balance(order.person)).toBe(0);
  stripe.instead.answer = undefined;
  expect((await check(order.id)).body).toMatchObject({ state: 'paid' });
  expect(await shop.history(order.person)).toEqual([['purchase', 1_000]]);
});

test('a checkout without an answer is begun once by the repeat', async () => {
  const person = await api.signUp();
  const before = stripe.state.sessions.size;
  stripe.instead.answer = (call, response) => {
    // The request had its effect, and its answer was lost.
    stripe.instead.answer = undefined;
    void fetch(`${stripe.url}${call.path}`, {
      method: call.method,
      body: new URLSearchParams(call.params),
      headers: { authorization: call.authorization, 'idempotency-key': call.idempotencyKey ?? '' },
    }).then(() => response.destroy());
    return true;
  };
  expect((await shop.order(person)).status).toBe(503);
  const again = await shop.order(person);
  expect([again.status, again.body.checkoutUrl]).toEqual([201, expect.stringContaining('https://')]);
  expect(stripe.state.sessions.size).toBe(before + 1);
});

test('neither key nor secret is in the log when Stripe refuses the key', async () => {
  const lines: string[] = [];
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const wrongKey = 'sk_test_wrongwrongwrong';
  const env = { ...platform.env, ...paymentEnv(stripe), STRIPE_SECRET_KEY: wrongKey };
  const other = await startApi({ clock: systemClock, log: pino({ level: 'trace' }, sink) }, parseConfig(env));
  await using _other = { [Symbol.asyncDispose]: () => other.stop() };
  const { accessToken: token } = await api.signUp();
  const body = { packageId: shop.packageId, packageVersion: 1, provider: 'stripe', key: 'k' };
  expect((await api.call(`${other.url}/api/v1/orders`, { token, body })).status).toBe(503);
  const notice = await api.call(`${other.url}/api/payments/stripe`, {
    body: '{"id":"evt_1"}',
    headers: { 'stripe-signature': stripe.sign('{}') },
  });
  expect(notice.status).toBe(401);
  const text = lines.join('');
  expect(text).toContain('the provider of payments cannot be used');
  expect(text).not.toContain(wrongKey);
  expect(text).not.toContain(stripe.webhookSecret);
});
