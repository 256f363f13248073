import { adminPassword } from '@star-graph/api/testing/servers/apiServer';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import { startPreviewBackend } from '@star-graph/core/testing/comfy/startPreviewBackend';
import { sampleTextManifest } from '@star-graph/workflows/testing/sampleManifest';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type ConsoleSetup, startConsole } from './consoleSetup.ts';
import { chooseFrom, goByPalette, pressOn, tabTo } from './keyboardHand.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 });
let setup: ConsoleSetup;
beforeAll(async () => {
  setup = await startConsole();
});
afterAll(async () => setup[Symbol.asyncDispose]());

const call = (path: string, token: string) => setup.platform.api.call(path, { token });
const listTasks = async (token: string): Promise<TaskView[]> =>
  (await call('/api/v1/tasks', token)).body.items;
const newest = (page: Page) => page.locator('.result[data-kind="result"]').first();
const tool = (page: Page, name: string | RegExp) => page.getByRole('toolbar').getByRole('button', { name });
const promptField = (page: Page) => page.locator('textarea[name="prompt"]');

/** Until so many results are there, and the newest is drawn. */
async function awaitResults(page: Page, count: number): Promise<void> {
  await expect.poll(() => page.locator('.result[data-kind="result"]').count()).toBe(count);
  const drawn = () =>
    newest(page)
      .locator('img')
      .evaluate(({ naturalWidth }: HTMLImageElement) => naturalWidth);
  await expect.poll(drawn).toBeGreaterThan(0);
}

test('the keyboard alone leads a person from the link to a shared picture', async () => {
  const { accessToken: token } = await setup.platform.signUp();
  const { body } = await setup.platform.api.call('/api/v1/users/link-codes', { method: 'POST', token });
  const page = await setup.open(`/#welcome=${body.code}`, { reducedMotion: 'reduce' });

  await tabTo(promptField(page));
  await page.keyboard.type('A lighthouse over the sea');
  await page.keyboard.press('Control+Enter');
  await awaitResults(page, 1);

  await pressOn(tool(page, /^Redraw/));
  // Where something is to be painted, there the focus is.
  const stage = page.getByRole('application');
  await expect.poll(() => stage.evaluate((element) => element === document.activeElement)).toBe(true);
  await page.keyboard.down('Enter');
  for (const key of ['ArrowRight', 'ArrowRight', 'ArrowDown', 'ArrowDown']) await page.keyboard.press(key);
  await page.keyboard.up('Enter');
  await tabTo(promptField(page), 'Shift+Tab');
  await page.keyboard.press('Control+a');
  await page.keyboard.type('A small boat');
  await page.keyboard.press('Control+Enter');
  await awaitResults(page, 2);

  await pressOn(tool(page, /^Enlarge/));
  await awaitResults(page, 3);
  const [upscaled, repainted, made] = await listTasks(token);
  expect([upscaled, repainted, made]).toMatchObject([
    { workflow: { name: 'upscale' }, status: 'succeeded' },
    { workflow: { name: 'inpaint' }, params: { prompt: 'A small boat', mask: expect.any(String) } },
    { workflow: { name: 'text2img' }, params: { prompt: 'A lighthouse over the sea' } },
  ]);

  await pressOn(tool(page, 'Compare'));
  const slider = page.getByRole('slider', { name: /Compare/ });
  await tabTo(slider, 'Shift+Tab');
  await page.keyboard.press('ArrowLeft');
  await expect.poll(async () => Number(await slider.getAttribute('aria-valuenow'))).toBeLessThan(50);
  await pressOn(tool(page, 'Compare'));
  await slider.waitFor({ state: 'detached' });

  await tabTo(tool(page, 'Save'));
  const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
  expect(await download.failure()).toBeNull();

  await chooseFrom(tool(page, 'More'), /Open in the gallery/);
  await pressOn(page.getByRole('button', { name: 'Share' }));
  await pressOn(page.getByRole('button', { name: 'Create link' }));
  const link = page.locator('.share input[readonly]');
  await link.waitFor();
  const stranger = await setup.open(new URL(await link.inputValue()).pathname);
  const seen = () =>
    stranger
      .locator('img')
      .first()
      .evaluate((img: HTMLImageElement) => img.naturalWidth);
  await expect.poll(seen).toBe(upscaled?.outputs[0]?.width);
  await pressOn(page.getByRole('dialog').getByRole('button', { name: 'Close' }));
  await link.waitFor({ state: 'detached' });

  await page.setViewportSize({ width: 390, height: 844 });
  await goByPalette(page, 'small boat', /A small boat/);
  await page.locator('.detail-stage img').first().waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});

test('the keyboard alone does what an administrator does, and reads it in the audit', async () => {
  await using server = await startPreviewBackend();
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
  // The list may know of it before the dialog does, and no key of the palette counts beneath a dialog.
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  const row = page.getByRole('row').filter({ hasText: 'Attic' });
  await expect.poll(async () => (await row.count()) === 1 && (await row.textContent())).toMatch(/Ready/);

  // Heard of from here on: a chooser that opens before the browser is told would be lost.
  const choosing = page.waitForEvent('filechooser');
  await goByPalette(page, 'admin/workflows', /Workflows/);
  await pressOn(page.getByRole('button', { name: /^Choose/ }));
  const chooser = await choosing;
  const { graph } = sampleTextManifest('poster', 1);
  const buffer = Buffer.from(JSON.stringify(graph));
  await chooser.setFiles({ name: 'poster.json', mimeType: 'application/json', buffer });
  const proposed = page.getByRole('dialog', { name: 'Proposed workflow' });
  await pressOn(proposed.getByRole('button', { name: 'Add' }));
  await proposed.waitFor({ state: 'detached' });
  const imported = page.getByRole('dialog');
  await pressOn(imported.getByRole('button', { name: 'Publish' }));
  await imported.getByText('Published', { exact: true }).waitFor();
  await pressOn(imported.getByRole('button', { name: 'Close' }));
  await imported.waitFor({ state: 'detached' });

  await goByPalette(page, person.username, new RegExp(person.username));
  await pressOn(page.getByRole('row').filter({ hasText: person.username }).getByRole('button'));
  const drawer = page.getByRole('dialog');
  await tabTo(drawer.getByLabel('Credits'));
  await page.keyboard.type('250');
  await tabTo(drawer.getByLabel('Reason'));
  await page.keyboard.type('For the poster');
  await page.keyboard.press('Enter');
  const balance = async () => (await call('/api/v1/users/balance', person.accessToken)).body.available;
  await expect.poll(balance).toBe(100_250);
  await pressOn(drawer.getByRole('button', { name: 'Block' }));
  const asked = page.getByRole('dialog', { name: /^Block / });
  await tabTo(asked.getByLabel('Reason'));
  await page.keyboard.type('Sold an account');
  await pressOn(asked.getByRole('button', { name: 'Block' }));
  const status = async () => (await call('/api/v1/users/balance', person.accessToken)).status;
  await expect.poll(status).toBe(401);
  await asked.waitFor({ state: 'detached' });
  await pressOn(drawer.getByRole('button', { name: 'Close' }));
  await drawer.waitFor({ state: 'detached' });

  await goByPalette(page, 'admin/audit', /Audit/);
  const read = async () => (await page.getByRole('row').allTextContents()).join('\n');
  for (const act of [/backend|server/i, /workflow/i, /credits/i, /user|person/i])
    await expect.poll(read).toMatch(act);
});
