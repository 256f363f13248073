import { newId } from '@star-graph/core/ground/runtime/ids';
import { expect, test } from 'vitest';
import { deskFixture } from './deskFixture.ts';

const desk = deskFixture();
const { call, go } = desk;

test('a service key is made in a dialog, which keeps what was refused, and is shown once', async () => {
  const { page, setup } = desk;
  const token = await setup.platform.api.signInAsAdmin();
  const listKeys = async () => (await call('/api/admin/service-keys', token)).body.items;
  await page.goto(`${setup.platform.url}/admin/keys?do=add`);
  const dialog = page.getByRole('dialog', { name: 'Create a service key' });
  const make = dialog.getByRole('button', { name: 'Create a service key' });
  await dialog.getByLabel('Name', { exact: true }).fill('bot');
  await dialog.getByLabel('Allowed from').fill('everywhere');
  await make.click();
  await dialog.getByRole('alert').first().waitFor();
  expect(await listKeys()).toEqual([]);
  expect(await dialog.getByLabel('Name', { exact: true }).inputValue()).toBe('bot');
  await dialog.getByLabel('Allowed from').fill('192.0.2.0/24');
  await make.click();
  await dialog.waitFor({ state: 'hidden' });
  const secret = page.getByLabel('Key: bot');
  expect(await secret.inputValue()).toMatch(/^sgs_/);
  expect(await listKeys()).toMatchObject([{ name: 'bot', networks: ['192.0.2.0/24'] }]);
  await page.getByRole('row').filter({ hasText: '192.0.2.0/24' }).waitFor();
  await page.getByRole('button', { name: 'Done' }).click();
  await secret.waitFor({ state: 'hidden' });
});

test('each undelivered message is resent by itself, while another waits for its answer', async () => {
  const { page, setup } = desk;
  const { api, database, signUp } = setup.platform;
  const { accessToken: token } = await signUp();
  const url = 'https://93.184.216.34/hook';
  const { body: webhook } = await api.call('/api/v1/users/webhooks', { token, body: { url } });
  const past = new Date(Date.now() - 3_600_000);
  const failed = { dueAt: past, lastTriedAt: past, failedAt: past, lastStatus: 503 };
  const add = async (outboxId: number): Promise<string> => {
    const id = newId();
    const body = JSON.stringify({ type: 'task_completed', taskId: newId() });
    // Its number of tries tells one row from the other.
    const row = { id, webhookId: webhook.id, outboxId, body, tries: outboxId, ...failed };
    await database('webhook_deliveries').insert(row);
    return id;
  };
  const [slow, quick] = [await add(7), await add(9)];
  const held = Promise.withResolvers<void>();
  await page.route(`**/webhook-deliveries/${slow}/replay`, async (route) => {
    await held.promise;
    await route.continue();
  });
  await go('Undelivered');
  const rowOf = (tries: string) =>
    page.getByRole('row').filter({ has: page.getByRole('cell', { name: tries, exact: true }) });
  const resend = (tries: string) => rowOf(tries).getByRole('button', { name: 'Resend' });
  await resend('7').click();
  await resend('9').click();
  await rowOf('9').waitFor({ state: 'hidden' });
  expect(await database('webhook_deliveries').where({ id: quick }).first()).toMatchObject({ failedAt: null });
  expect(await database('webhook_deliveries').where({ id: slow }).first()).toMatchObject({ tries: 7 });
  held.resolve();
  await rowOf('7').waitFor({ state: 'hidden' });
  expect(await database('webhook_deliveries').where({ id: slow }).first()).toMatchObject({ failedAt: null });
});
