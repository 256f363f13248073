import type { Person } from '@star-graph/api/testing/servers/runningPlatform';
import { newId } from '@star-graph/core/ground/runtime/ids';
import { startReceiver } from '@star-graph/core/testing/webhooks';
import { expect, test } from 'vitest';
import { signIn } from './consoleSetup.ts';
import { sharedConsole } from './sharedConsole.ts';

/** On the public internet, as the platform wants it, and never posted to: these people have no tasks. */
const address = 'https://93.184.216.34/hook';

const setup = sharedConsole();

const webhooksOf = async ({ accessToken: token }: Person) =>
  (await setup.platform.api.call('/api/v1/users/webhooks', { token })).body.items;

/** A delivery that was given up an hour ago, which nobody has the time to wait for; it is tried again tomorrow at the earliest. */
async function addFailed(webhookId: string): Promise<string> {
  const id = newId();
  const hourAgo = new Date(Date.now() - 3_600_000);
  const body = JSON.stringify({ type: 'task_completed', taskId: newId() });
  const failed = { dueAt: hourAgo, tries: 9, lastTriedAt: hourAgo, lastStatus: 503, failedAt: hourAgo };
  await setup.platform.database('webhook_deliveries').insert({ id, webhookId, outboxId: 1, body, ...failed });
  return id;
}

test('the secret of a webhook made here is shown once, and its new one later', async () => {
  const { page, person } = await setup.openSignedIn('/account/webhooks');
  await page.getByLabel('Address').fill('http://127.0.0.1/hook');
  await page.getByRole('button', { name: 'Add a webhook' }).click();
  await page.getByText('Give an address on the public internet.').waitFor();
  expect(await webhooksOf(person)).toEqual([]);
  await page.getByLabel('Address').fill(address);
  await page.getByLabel('Task started').check();
  await page.getByRole('button', { name: 'Add a webhook' }).click();
  const secret = page.getByLabel('Webhook secret');
  const first = await secret.inputValue();
  expect(first).toMatch(/^whsec_/);
  const [made] = await webhooksOf(person);
  expect(made).toMatchObject({ url: address });
  expect(made.types).toContain('task_started');
  await page.reload();
  const row = page.getByRole('row').filter({ hasText: address });
  await row.getByRole('button', { name: 'New secret' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'New secret' }).click();
  const second = await secret.inputValue();
  expect(second).toMatch(/^whsec_/);
  expect(second).not.toBe(first);
});

test('a test says what the address answered, and starts a stopped webhook anew', async () => {
  await using receiver = await startReceiver();
  const { page, person } = await setup.openSignedIn('/account');
  const { accessToken: token } = person;
  const { body } = await setup.platform.api.call('/api/v1/users/webhooks', { token, body: { url: address } });
  const stopped = { url: receiver.url, failures: 9, failingSince: new Date(0), disabledAt: new Date() };
  await setup.platform.database('webhooks').where({ id: body.id }).update(stopped);
  receiver.status = 500;
  await page.goto(`${setup.platform.url}/account/webhooks`);
  const row = page.getByRole('row').filter({ hasText: receiver.url });
  await row.getByText('Stopped').waitFor();
  await row.getByRole('button', { name: 'Send a test' }).click();
  await page.getByText('The address answered the test with 500.').waitFor();
  expect((await webhooksOf(person))[0]).toMatchObject({ failures: 9, disabledAt: expect.any(String) });
  receiver.status = 200;
  await row.getByRole('button', { name: 'Send a test' }).click();
  await page.getByText(/Test delivered: 200 after \d+ ms/).waitFor();
  await row.getByText('Active').waitFor();
  expect((await webhooksOf(person))[0]).toMatchObject({ failures: 0 });
  expect(receiver.posts.map((post) => JSON.parse(post.body).type)).toEqual(['webhook_test', 'webhook_test']);
});

test('a delivery that failed is seen with its answer, and waits again once it is sent again', async () => {
  const person = await setup.platform.signUp();
  const { accessToken: token } = person;
  const { body } = await setup.platform.api.call('/api/v1/users/webhooks', { token, body: { url: address } });
  const deliveryId = await addFailed(body.id);
  const page = await setup.open('/account/webhooks');
  await signIn(page, person);
  await page.getByRole('button', { name: 'Deliveries' }).click();
  const drawer = page.getByRole('dialog', { name: 'Deliveries' });
  await drawer.getByRole('row').filter({ hasText: '503' }).waitFor();
  await drawer.getByRole('button', { name: 'Failed', exact: true }).click();
  await drawer.getByRole('row').filter({ hasText: 'Task done' }).waitFor();
  await drawer.getByRole('button', { name: 'Resend', exact: true }).click();
  await page.getByText('Resending 1').waitFor();
  const row = await setup.platform.database('webhook_deliveries').where({ id: deliveryId }).first();
  expect(row).toMatchObject({ failedAt: null, id: deliveryId });
});

test('a webhook is deleted after a question, and not without it', async () => {
  const person = await setup.platform.signUp();
  const { accessToken: token } = person;
  await setup.platform.api.call('/api/v1/users/webhooks', { token, body: { url: address } });
  const page = await setup.open('/account/webhooks');
  await signIn(page, person);
  const row = page.getByRole('row').filter({ hasText: address });
  const question = page.getByRole('alertdialog', { name: 'Delete this webhook?' });
  await row.getByRole('button', { name: 'Delete' }).click();
  await question.getByRole('button', { name: 'Cancel' }).click();
  await question.waitFor({ state: 'detached' });
  expect(await webhooksOf(person)).toHaveLength(1);
  await row.getByRole('button', { name: 'Delete' }).click();
  await question.getByRole('button', { name: 'Delete' }).click();
  await page.getByText('No webhooks yet').waitFor();
  expect(await webhooksOf(person)).toEqual([]);
});
