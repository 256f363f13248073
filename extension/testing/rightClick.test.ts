import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { imagesDir } from './capture.ts';
import { type Desktop, startDesktop } from './desktop.ts';
import { createExtensionSetup, type ExtensionSetup } from './extensionSetup.ts';
import { pressInOverlay, readOverlay } from './overlayProbe.ts';
import { hasChromium, hasDesktop } from './programs.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });
const patience = { timeout: 90_000 };

const pixelWidth = (page: Page) =>
  page.locator('#picture').evaluate((picture) => (picture as HTMLImageElement).naturalWidth);

describe.skipIf(!hasChromium || !hasDesktop)('with a real pointer', () => {
  let desktop: Desktop;
  let setup: ExtensionSetup;

  beforeAll(async () => {
    desktop = await startDesktop();
    setup = await createExtensionSetup({ display: desktop.display });
  });
  afterAll(async () => {
    await setup?.[Symbol.asyncDispose]();
    await desktop?.[Symbol.asyncDispose]();
  });

  it('enlarges a guarded picture from the native menu, and compares it with what was there', async () => {
    const { browser, pages, platform, person } = setup;
    const page = await browser.context.newPage();
    await page.goto(pages.pageUrl('/guarded'));
    await page.bringToFront();
    await desktop.moveOver(page, '#picture');
    const windows = await desktop.countWindows();
    await desktop.rightClick();
    await expect.poll(() => desktop.countWindows(), patience).toBeGreaterThan(windows);
    // Two above from the bottom: the browser puts extensions before "Inspect".
    for (const key of ['Up', 'Up', 'Right']) await desktop.press(key);
    await expect.poll(() => desktop.countWindows(), patience).toBeGreaterThan(windows + 1);
    // A menu of the browser's own is in no picture of the page.
    if (imagesDir) await desktop.capture(join(imagesDir, 'extension-menu.png'));
    await desktop.press('Return');
    await expect.poll(() => readOverlay(page), patience).toContain('Cancel');
    await expect.poll(() => pixelWidth(page), patience).toBe(320);

    await expect.poll(() => readOverlay(page), patience).toContain('Compare');
    await pressInOverlay(page, 'Compare');
    await expect.poll(() => readOverlay(page), patience).toContain('End comparison');
    expect(await readOverlay(page)).toMatch(/Before.*After/);
    await pressInOverlay(page, 'Show original');
    await expect.poll(() => pixelWidth(page), patience).toBe(160);
    await pressInOverlay(page, 'Show result');
    await expect.poll(() => pixelWidth(page), patience).toBe(320);

    const { body } = await platform.api.call('/api/v1/tasks', { token: person.accessToken });
    expect(body.items).toHaveLength(1);
    const panel = await browser.openOwnPage('/sidepanel.html');
    await panel.locator(`[data-task="${body.items[0].id}"][data-status="succeeded"]`).waitFor();
    const options = await browser.openOwnPage('/options.html');
    expect(await options.getByTestId('account').textContent()).toContain(person.username);
  });

  it('enlarges the picture under the pointer by the shortcut, where the page keeps the menu away', async () => {
    const { browser, pages } = setup;
    const page = await browser.context.newPage();
    await page.goto(pages.pageUrl('/cross'));
    await page.evaluate(() => document.addEventListener('contextmenu', (event) => event.preventDefault()));
    await page.bringToFront();
    await desktop.moveOver(page, '#picture');
    await desktop.press('alt+shift+u');
    await expect.poll(() => pixelWidth(page), patience).toBe(320);
    await page.close();
  });
});
