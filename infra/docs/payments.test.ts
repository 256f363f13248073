import { platformFixture } from '@star-graph/api/testing/fixtures';
import { paidApiFixture, stripeFixture } from '@star-graph/api/testing/paymentServer';
import { Order } from '@star-graph/core/db/models/payment';
import { expect, test } from 'vitest';
import { findExample, runShell } from './testing/examples.ts';

const platform = platformFixture();
const stripe = stripeFixture();
const api = paidApiFixture(platform, stripe);

/** The answers of an example's calls, each a JSON document. */
async function runCalls(part: string, env: Record<string, string>) {
  await using run = runShell(await findExample('payments.md', 'sh', part), env);
  const code = await run.ended;
  if (code !== 0) throw new Error(`the example with ${part} ended with ${code}: ${run.text()}`);
  return run.text();
}

test('a package is sold and sent back by the calls of the guide', async () => {
  const person = await api.signUp();
  const env = {
    STAR_GRAPH_URL: api.url,
    ADMIN_TOKEN: await api.signInAsAdmin(),
    TOKEN: person.accessToken,
  };
  await runCalls('/api/admin/packages/', env);
  expect(await runCalls('"key": "first-order"', env)).toContain('checkoutUrl');
  const order = await Order.query(platform.db.database).first().throwIfNotFound();
  const withOrder = { ...env, ORDER: order.id };
  stripe.pay(order.providerRef ?? '');
  expect(await runCalls('/check', withOrder)).toContain('"state":"paid"');
  expect(await runCalls('/confirm', withOrder)).toContain('"state":"paid"');
  expect(await runCalls('/refund', withOrder)).toContain('"takenBack":1000');
});
