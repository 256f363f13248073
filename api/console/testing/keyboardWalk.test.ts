import { startPreviewBackend } from '@star-graph/core/testing/comfy/startPreviewBackend';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { adminPassword } from '../../testing/servers/apiServer.ts';
import { type ConsoleSetup, startConsole } from './consoleSetup.ts';
import { chooseFrom, goByPalette, pressOn, tabTo } from './keyboardHand.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
/** A task runs on the CPU of a machine that does other things too. */
const patience = { timeout: 120_000 };

let setup: ConsoleSetup;
beforeAll(async () => {
  setup = await startConsole();
});
afterAll(async () => setup[Symbol.asyncDispose]());

const call = (path: string, token: string) => setup.platform.api.call(path, { token });
const newest = (page: Page) => page.locator('.result[data-kind="result"]').first();
const promptField = (page: Page) => page.locator('textarea[name="prompt"]');

/** Until so many results are there, and the newest is drawn. */
async function awaitResults(page: Page, count: number): Promise<void> {
  await expect.poll(() => page.locator('.result[data-kind="result"]').count(), patience).toBe(count);
  const drawn = () =>
    newest(page)
      .locator('img.sg-picture-media')
      .evaluate(({ naturalWidth }: HTMLImageElement) => naturalWidth);
  await expect.poll(drawn, patience).toBeGreaterThan(0);
}

test('the keyboard alone leads a person from the link to a picture, and on to its mask', async () => {
  const { accessToken: token } = await setup.platform.signUp();
  const { body } = await setup.platform.api.call('/api/v1/users/link-codes', { method: 'POST', token });
  const page = await setup.open(`/#welcome=${body.code}`, { reducedMotion: 'reduce' });

  await tabTo(promptField(page));
  await page.keyboard.type('A lighthouse over the sea');
  await page.keyboard.press('Control+Enter');
  await awaitResults(page, 1);

  await chooseFrom(newest(page).getByRole('button', { name: 'More actions' }), /Redraw a part/);
  const paint = page.getByRole('button', { name: /Paint the mask/ });
  await expect.poll(() => paint.isEnabled(), patience).toBe(true);
  // Where something is missing, there the focus is.
  const isThere = () => page.evaluate(() => document.activeElement?.closest('[data-field="mask"]') != null);
  await expect.poll(isThere, patience).toBe(true);
  await pressOn(paint);
  const stage = page.getByRole('application');
  await expect
    .poll(() => stage.evaluate((element) => element === document.activeElement), patience)
    .toBe(true);
  await page.keyboard.down('Enter');
  for (const key of ['ArrowRight', 'ArrowRight', 'ArrowDown', 'ArrowDown']) await page.keyboard.press(key);
  await page.keyboard.up('Enter');
  await pressOn(page.getByRole('button', { name: 'Use the mask' }));
  await page.locator('[data-field="mask"] .sg-slot-masked').waitFor();
});

test('the keyboard alone does what an administrator does, and reads it in the audit', async () => {
  await using server = await startPreviewBackend({ enlargesQuickly: true });
  const person = await setup.platform.signUp();
  const page = await setup.open('/admin', { reducedMotion: 'reduce' });
  await tabTo(page.locator('input[autocomplete^=username]'));
  await page.keyboard.type('admin');
  await page.keyboard.press('Tab');
  await page.keyboard.type(adminPassword);
  await page.keyboard.press('Enter');
  await page.locator('nav.rail').waitFor();

  await goByPalette(page, 'admin/servers', /GPU servers/);
  await pressOn(page.getByRole('button', { name: 'Add a server' }));
  await tabTo(page.getByRole('dialog').getByLabel('Address'));
  await page.keyboard.type(server.url);
  await tabTo(page.getByRole('dialog').getByLabel('Name'));
  await page.keyboard.type('Attic');
  await page.keyboard.press('Enter');
  const row = page.getByRole('row').filter({ hasText: 'Attic' });
  await expect
    .poll(async () => (await row.count()) === 1 && (await row.textContent()), patience)
    .toMatch(/Ready/);

  await goByPalette(page, person.username, new RegExp(person.username));
  await pressOn(page.getByRole('row').filter({ hasText: person.username }).getByRole('button'));
  const drawer = page.getByRole('dialog');
  await tabTo(drawer.getByLabel('Credits'));
  await page.keyboard.type('250');
  await tabTo(drawer.getByLabel('Reason'));
  await page.keyboard.type('For the poster');
  await page.keyboard.press('Enter');
  const balance = async () => (await call('/api/v1/users/balance', person.accessToken)).body.available;
  await expect.poll(balance, patience).toBe(100_250);
  await pressOn(drawer.getByRole('button', { name: 'Block' }));
  const asked = page.getByRole('dialog', { name: /^Block / });
  await tabTo(asked.getByLabel('Reason'));
  await page.keyboard.type('Sold an account');
  await pressOn(asked.getByRole('button', { name: 'Block' }));
  const status = async () => (await call('/api/v1/users/balance', person.accessToken)).status;
  await expect.poll(status, patience).toBe(401);
  await asked.waitFor({ state: 'detached' });
  await pressOn(drawer.getByRole('button', { name: 'Close' }));
  await drawer.waitFor({ state: 'detached' });

  await goByPalette(page, 'admin/audit', /Audit/);
  const read = async () => (await page.getByRole('row').allTextContents()).join('\n');
  for (const act of [/backend|server/i, /credits/i, /user|person/i])
    await expect.poll(read, patience).toMatch(act);
});
