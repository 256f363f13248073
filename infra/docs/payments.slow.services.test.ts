import { platformFixture } from '@star-graph/api/testing/servers/fixtures';
import { paidApiFixture, shopSecret, stripeFixture } from '@star-graph/api/testing/servers/paymentServer';
import { Order } from '@star-graph/core/ground/db/models/payment';
import { expect, test } from 'vitest';
import { findExample, runShell } from './examples.ts';

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

test('vouchers are made, redeemed and withdrawn by the calls of the guide', async () => {
  const ADMIN_TOKEN = await api.signInAsAdmin();
  const env = { STAR_GRAPH_URL: api.url, ADMIN_TOKEN, TOKEN: (await api.signUp()).accessToken };
  const { id: BATCH, list } = JSON.parse(await runCalls('"name": "Spring fair"', env));
  expect(await runCalls('/vouchers/redeem', { ...env, CODE: list[0] })).toBe('{"credits":200}');
  await runCalls('-X DELETE', { ...env, BATCH });
  await expect(runCalls('/vouchers/redeem', { ...env, CODE: list[1] })).rejects.toThrow('ended with 22');
});

test('a sale of another shop is credited by the calls of the guide', async () => {
  const { user } = await api.signUp();
  const env = { STAR_GRAPH_URL: api.url, SHOP_WEBHOOK_SECRET: shopSecret, NAME: user.username ?? '' };
  expect(await runCalls('SHOP_WEBHOOK_SECRET#', env)).toBe('{"isNew":true}');
  expect(await runCalls('SHOP_WEBHOOK_SECRET#', env)).toBe('{"isNew":false}');
});

test('a statement is read and a movement undone by the calls of the guide', async () => {
  const person = await api.signUp();
  const ADMIN_TOKEN = await api.signInAsAdmin();
  await api.call(`/api/admin/users/${person.user.id}/credits`, {
    token: ADMIN_TOKEN,
    body: { amount: 500, reason: 'typo', key: 'typo' },
  });
  const env = { STAR_GRAPH_URL: api.url, ADMIN_TOKEN, TOKEN: person.accessToken };
  const [, line] = (await runCalls('/history/csv', env)).split('\r\n');
  expect(line).toContain(',grant,500,,"typo"');
  const TRANSFER = line?.split(',')[0] ?? '';
  expect(await runCalls('/reverse', { ...env, TRANSFER })).toContain('"amount":-500');
});

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
