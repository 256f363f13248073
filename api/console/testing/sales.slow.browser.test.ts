import { aPackage } from '@star-graph/api/testing/servers/paymentServer';
import type { Person } from '@star-graph/api/testing/servers/runningPlatform';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ConsoleSetup, openDesk, startConsole } from './consoleSetup.ts';

let setup: ConsoleSetup;
let page: Page;
const packageId: string = crypto.randomUUID();
beforeAll(async () => {
  setup = await startConsole({
    isDrawing: true,
    env: { PAY_OUTSIDE_TEXT: 'Send it to DE00 0000.', SIGN_UP_GRANT: '0' },
  });
  const { api } = setup.platform;
  const token = await api.signInAsAdmin();
  const body = { version: 0, ...aPackage };
  expect((await api.call(`/api/admin/packages/${packageId}`, { token, method: 'PUT', body })).status).toBe(
    200,
  );
  page = await openDesk(setup, 'sales');
});
afterAll(async () => setup[Symbol.asyncDispose]());

const order = async ({ accessToken: token }: Person) => {
  const body = { packageId, packageVersion: 1, provider: 'outside', key: 'one' };
  const answer = await setup.platform.api.call('/api/v1/orders', { token, body });
  expect(answer.status).toBe(201);
};
const balanceOf = async ({ accessToken: token }: Person) =>
  (await setup.platform.api.call('/api/v1/users/balance', { token })).body.available;
const orderOf = async ({ accessToken: token }: Person) =>
  (await setup.platform.api.call('/api/v1/orders', { token })).body.items[0];

async function openOrderOf({ username }: Person) {
  await page.reload();
  await page.getByRole('row').filter({ hasText: username }).getByRole('button').first().click();
  const drawer = page.getByRole('dialog');
  await drawer.waitFor();
  return drawer;
}

test('an order paid outside is confirmed with a proof, and adds its credits once', async () => {
  const [person, other] = [await setup.platform.signUp(), await setup.platform.signUp()];
  await order(person);
  await order(other);
  const drawer = await openOrderOf(person);
  const confirm = drawer.getByRole('button', { name: /^Confirm and add/ });
  await drawer.getByLabel('Proof of payment').fill('   ');
  expect(await confirm.isDisabled()).toBe(true);
  await drawer.getByLabel('Proof of payment').fill('Transfer 4711');
  await confirm.click();
  await page.getByRole('alertdialog').getByText('Was €5.00 paid?').waitFor();
  expect(await balanceOf(person)).toBe(0);
  await page
    .getByRole('alertdialog')
    .getByRole('button', { name: /^Confirm/ })
    .click();
  await expect.poll(() => balanceOf(person)).toBe(1_000);
  await drawer.getByRole('heading', { name: 'Refund' }).waitFor();
  expect(await confirm.count()).toBe(0);
  expect([await balanceOf(other), (await orderOf(other)).state]).toEqual([0, 'open']);
});

test('a refund needs a reason, sends what was asked for, and takes its share of the credits', async () => {
  const person = await setup.platform.signUp();
  await order(person);
  const { api } = setup.platform;
  const token = await api.signInAsAdmin();
  const { id } = await orderOf(person);
  await api.call(`/api/admin/orders/${id}/confirm`, { token, body: { reason: 'transfer' } });
  const drawer = await openOrderOf(person);
  const refund = drawer.getByRole('button', { name: /^Refund / });
  await drawer.getByLabel('Amount in EUR').fill('2.00');
  expect(await refund.isDisabled()).toBe(true);
  await drawer.getByLabel('Reason').fill('Bought twice');
  await refund.click();
  const question = page.getByRole('alertdialog');
  await question.getByText(/400 credits/).waitFor();
  expect((await orderOf(person)).refunded).toBe(0);
  await question.getByRole('button', { name: 'Refund €2.00' }).click();
  await expect.poll(async () => (await orderOf(person)).refunded).toBe(200);
  expect(await balanceOf(person)).toBe(600);
  await drawer.getByText('At most €3.00').waitFor();
  const acts = (await api.call(`/api/admin/audit?target=order:${id}`, { token })).body.items;
  expect(acts[0]).toMatchObject({ action: 'order.refund', data: { after: 200, reason: 'Bought twice' } });
});

test('orders are found by state, and by person', async () => {
  const person = await setup.platform.signUp();
  await order(person);
  await page.goto(`${setup.platform.url}/admin/sales?state=paid`);
  const rows = page.getByRole('table', { name: 'Orders' }).getByRole('row');
  await expect.poll(() => rows.count()).toBeGreaterThan(1);
  await expect.poll(async () => (await rows.allTextContents()).join()).not.toContain(person.username);
  await page.getByRole('button', { name: 'Paid', exact: true }).click();
  await rows.filter({ hasText: person.username }).waitFor();
  await page.getByRole('combobox', { name: 'Filter by person' }).fill(person.username);
  await page.getByRole('option', { name: person.username }).click();
  await expect.poll(() => rows.count()).toBe(2);
  expect(await rows.nth(1).textContent()).toContain(person.username);
});
