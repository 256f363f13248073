import { expect, test } from 'vitest';
import { deskFixture } from './deskFixture.ts';

const desk = deskFixture();
const { call, go, untilAlerted, untilDone } = desk;

test('who has just installed the platform is led through its first steps, until they dismiss them', async () => {
  const { page } = desk;
  await page.waitForURL('**/admin/overview');
  const steps = page.getByRole('list').filter({ hasText: 'Connect a GPU server' });
  await steps.waitFor();
  // The overview counts it as ready.
  await steps.getByText(/The one that’s ready is a placeholder/).waitFor();
  expect(await steps.getByRole('img', { name: 'Done' }).count()).toBe(0);
  await steps.getByRole('button', { name: 'Add a server' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add a server' });
  await dialog.getByLabel('Address').fill('http://127.0.0.1:9');
  await dialog.getByRole('button', { name: 'Check first' }).click();
  await dialog.locator('.admin-note[data-tone=bad]').waitFor();
  await dialog.getByRole('button', { name: 'Close' }).click();
  const alerts = steps.getByRole('listitem').filter({ hasText: 'Set up alerts' });
  await alerts.getByRole('button', { name: 'Mark as done' }).click();
  await alerts.getByRole('img', { name: 'Done' }).waitFor();
  await page.getByRole('button', { name: 'Dismiss' }).click();
  await steps.waitFor({ state: 'hidden' });
  await page.reload();
  await page.getByText('Needs attention').or(page.getByText('All good.')).first().waitFor();
  expect(await steps.count()).toBe(0);
});

test('an administrator adds a server, and sees it beside those in use', async () => {
  const { page } = desk;
  await go('GPU servers');
  await page.getByRole('button', { name: 'Add a server' }).first().click();
  await page.getByLabel('Address').fill('no address');
  await page.getByRole('dialog').getByRole('button', { name: 'Add a server' }).click();
  await untilAlerted(/http/);
  // Nothing listens there, which is what the list must say.
  await page.getByLabel('Address').fill('http://127.0.0.1:9');
  await page.getByLabel('Name').fill('Attic');
  await page.getByRole('dialog').getByRole('button', { name: 'Add a server' }).click();
  const row = page.getByRole('row').filter({ hasText: 'Attic' });
  await row.waitFor();
  expect(await page.getByRole('row').count()).toBe(3);
});

test('an administrator gives credits, blocks a person, and reads both in the audit', async () => {
  const { page, setup } = desk;
  const person = await setup.platform.signUp();
  await go('People');
  await page.getByRole('searchbox').fill(person.username);
  await page.getByRole('row').filter({ hasText: person.username }).getByRole('button').first().click();
  const drawer = page.getByRole('dialog');
  await drawer.getByLabel('Credits').fill('250');
  await drawer.getByLabel('Reason').fill('For the poster');
  await untilDone(/^POST .*\/credits$/, drawer.getByRole('button', { name: 'Change credits' }));
  const balance = () => call('/api/v1/users/balance', person.accessToken);
  expect((await balance()).body.available).toBe(100_250);
  await drawer.getByRole('button', { name: 'Block' }).click();
  const asked = page.getByRole('dialog', { name: /^Block / });
  await asked.getByLabel('Reason').fill('Sold an account');
  await untilDone(/^PATCH .*\/users\//, asked.getByRole('button', { name: 'Block' }));
  expect((await balance()).status).toBe(401);
  await asked.waitFor({ state: 'hidden' });
  await drawer.getByRole('button', { name: 'Close' }).click();
  await drawer.waitFor({ state: 'hidden' });
  await go('Audit log');
  for (const act of [/credits/i, /person/i])
    await page.getByRole('row').filter({ hasText: act }).first().waitFor();
});

test('whoever is no administrator finds no desk', async () => {
  const { setup } = desk;
  const { page: own } = await setup.openSignedIn('/admin');
  await own.locator('main').filter({ hasText: 'Nothing here' }).waitFor();
  expect(await own.getByRole('link', { name: 'Admin' }).count()).toBe(0);
});
