import { sampleTextManifest } from '@star-graph/workflows/testing/sampleManifest';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { adminPassword } from '../../testing/servers/apiServer.ts';
import { type ConsoleSetup, signIn, startConsole } from './consoleSetup.ts';

let setup: ConsoleSetup;
let page: Page;
beforeAll(async () => {
  setup = await startConsole();
  page = await setup.open('/admin');
  await signIn(page, { username: 'admin', password: adminPassword });
});
afterAll(async () => setup[Symbol.asyncDispose]());

const go = (name: string) => page.getByRole('navigation', { name: 'Administration' }).getByText(name).click();
const call = (path: string, token: string) => setup.platform.api.call(path, { token });

test('an administrator adds a server, and sees it beside those in use', async () => {
  await go('GPU servers');
  await page.getByRole('button', { name: 'Add a server' }).first().click();
  await page.getByLabel('Address').fill('no address');
  await page.getByRole('dialog').getByRole('button', { name: 'Add a server' }).click();
  await expect.poll(() => page.getByRole('alert').first().textContent()).toMatch(/http/);
  // Nothing listens there, which is what the list must say.
  await page.getByLabel('Address').fill('http://127.0.0.1:9');
  await page.getByLabel('Name').fill('Attic');
  await page.getByRole('dialog').getByRole('button', { name: 'Add a server' }).click();
  const row = page.getByRole('row').filter({ hasText: 'Attic' });
  await row.waitFor();
  expect(await page.getByRole('row').count()).toBe(3);
});

test('an administrator gives credits, blocks a person, and reads both in the audit', async () => {
  const person = await setup.platform.signUp();
  await go('People');
  await page.getByRole('searchbox').fill(person.username);
  await page.getByRole('row').filter({ hasText: person.username }).getByRole('button').first().click();
  const drawer = page.getByRole('dialog');
  await drawer.getByLabel('Credits').fill('250');
  await drawer.getByLabel('Reason').fill('For the poster');
  await drawer.getByRole('button', { name: 'Change credits' }).click();
  const balance = async () => (await call('/api/v1/users/balance', person.accessToken)).body.available;
  await expect.poll(balance).toBe(100_250);
  await drawer.getByRole('button', { name: 'Block' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Block' }).click();
  await expect.poll(async () => (await call('/api/v1/users/balance', person.accessToken)).status).toBe(401);
  // Waits for the question to be gone, which a key pressed at once would not.
  await drawer.getByRole('button', { name: 'Close' }).click();
  await drawer.waitFor({ state: 'hidden' });
  await go('Audit');
  await expect
    .poll(() => page.getByRole('row').allTextContents())
    .toEqual(expect.arrayContaining([expect.stringMatching(/credits/i), expect.stringMatching(/user/i)]));
});

test('an administrator brings a workflow in, and people have it while it is offered', async () => {
  const { graph } = sampleTextManifest('poster', 1);
  const names = async () =>
    (await call('/api/v1/workflows?limit=100', (await setup.platform.signUp()).accessToken)).body.items.map(
      ({ name }: { name: string }) => name,
    );
  await go('Workflows');
  const file = {
    name: 'graph.json',
    mimeType: 'application/json',
    buffer: Buffer.from(JSON.stringify(graph)),
  };
  await page.locator('input[type=file]').setInputFiles(file);
  const manifest = page.getByRole('dialog').getByRole('textbox');
  const proposed = JSON.parse(await manifest.inputValue());
  await manifest.fill(JSON.stringify({ ...proposed, name: 'poster-of-ours' }));
  expect(await names()).not.toContain('poster-of-ours');
  await page.getByRole('dialog').getByRole('button', { name: 'Add and offer it' }).click();
  await expect.poll(names).toContain('poster-of-ours');
  await page.getByRole('button', { name: 'Withdraw' }).click();
  await page.getByRole('button', { name: 'Offer it' }).waitFor();
  await expect.poll(names).not.toContain('poster-of-ours');
});

test('whoever is no administrator finds no desk', async () => {
  const { page: own } = await setup.openSignedIn('/admin');
  await expect.poll(() => own.locator('main').textContent()).toMatch(/nothing here/);
  expect(await own.getByRole('link', { name: 'Admin' }).count()).toBe(0);
});
