import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { imagesDir } from './browsers/capture.ts';
import { clickMenu, type WithChrome } from './browsers/chromium.ts';
import { type Desktop, startDesktop } from './browsers/desktop.ts';
import { hasChromium, hasDesktop } from './browsers/programs.ts';
import { createExtensionSetup, type ExtensionSetup } from './extensionSetup.ts';
import { testHoverButton } from './hoverButtonTests.ts';
import {
  coverOverlay,
  findInOverlay,
  isReadyInOverlay,
  pressInOverlay,
  readOverlay,
} from './pages/overlayProbe.ts';
import { shownPixelWidth } from './pages/shownPixels.ts';

interface ListedTask {
  id: string;
  status: string;
  params: { image?: string; scale?: number };
  meta: { sourceUrl?: string };
}

const pixelWidth = (page: Page) => shownPixelWidth(page.locator('#picture'));

describe.skipIf(!hasChromium || !hasDesktop)('with a real pointer', () => {
  let desktop: Desktop;
  let setup: ExtensionSetup;

  beforeAll(async () => {
    desktop = await startDesktop();
    setup = await createExtensionSetup({ isDrawing: true, display: desktop.display });
  });
  afterAll(async () => {
    await setup?.[Symbol.asyncDispose]();
    await desktop?.[Symbol.asyncDispose]();
  });
  afterEach(async ({ task }) => {
    setup?.platform.letGo();
    // A menu that stands open takes every press of the tests that follow.
    if (task.result?.state === 'fail') for (const _ of ['submenu', 'menu']) await desktop.press('Escape');
  });

  const call = (path: string) => setup.platform.api.call(path, { token: setup.person.accessToken });
  const listTasks = async (): Promise<ListedTask[]> => (await call('/api/v1/tasks')).body.items;
  const isOf = (page: Page) => (task: ListedTask) => task.meta.sourceUrl === page.url();
  const showMenuEverywhere = async () => {
    const options = await setup.browser.openOwnPage('/options.html');
    await options.getByLabel('Show the menu everywhere').check();
    const listScripts = async () =>
      (await setup.browser.worker()).evaluate(() =>
        (globalThis as unknown as WithChrome).chrome.scripting.getRegisteredContentScripts(),
      );
    await expect.poll(listScripts).toHaveLength(1);
    await options.close();
  };

  test('enlarges a guarded picture from the native menu, then compares', async () => {
    const { browser, pages, person } = setup;
    const page = await browser.context.newPage();
    await page.goto(pages.pageUrl('/guarded'));
    await page.bringToFront();
    await desktop.moveOver(page, '#picture');
    await desktop.openMenu();
    // The browser puts extensions before "Inspect".
    await desktop.openSubmenu(2);
    // A menu of the browser's own is in no picture of the page.
    if (imagesDir) await desktop.capture(join(imagesDir, 'extension-menu.png'));
    setup.platform.hold();
    await desktop.press('Return');
    await expect.poll(() => readOverlay(page)).toContain('Cancel');
    setup.platform.letGo();
    await expect.poll(() => pixelWidth(page)).toBe(320);

    await expect.poll(() => readOverlay(page)).toContain('Compare');
    await pressInOverlay(page, 'Compare');
    await expect.poll(() => readOverlay(page)).toMatch(/Before.*After.*End comparison/);
    await pressInOverlay(page, 'Show original');
    await expect.poll(() => pixelWidth(page)).toBe(160);
    await pressInOverlay(page, 'Show result');
    await expect.poll(() => pixelWidth(page)).toBe(320);

    const tasks = await listTasks();
    expect(tasks).toHaveLength(1);
    const panel = await browser.openOwnPage('/sidepanel.html');
    await panel.locator(`[data-task="${tasks[0]?.id}"][data-status="succeeded"]`).waitFor();
    const options = await browser.openOwnPage('/options.html');
    expect(await options.getByTestId('account').textContent()).toContain(person.username);
  });

  test('has its menu on a picture in a frame that the page writes itself', async () => {
    const { browser, pages } = setup;
    const page = await browser.context.newPage();
    await page.goto(pages.pageUrl('/written-frame'));
    await page.bringToFront();
    await desktop.moveOver(page, 'iframe');
    await desktop.openMenu();
    await desktop.openSubmenu(2);
    await desktop.press('Return');
    const findTask = async () => (await listTasks()).find(isOf(page));
    await expect.poll(async () => (await findTask())?.status).toBe('succeeded');
    await page.close();
  });

  test('enlarges the background of the menu, not the one beneath the menu', async () => {
    const { browser, pages } = setup;
    await showMenuEverywhere();
    const page = await browser.context.newPage();
    await page.goto(pages.pageUrl('/tiles'));
    await page.bringToFront();
    await desktop.moveOver(page, '#tile7');
    await desktop.openMenu();
    await desktop.clickFirstInSubmenu(await desktop.openSubmenu(3));
    const findTask = async () => (await listTasks()).find(isOf(page));
    await expect.poll(async () => (await findTask())?.status).toBe('succeeded');
    // The width tells one tile from another.
    const input = await call(`/api/v1/assets/${(await findTask())?.params.image}`);
    expect(input.body.width).toBe(24 + 7);
    expect((await listTasks()).filter(isOf(page))).toHaveLength(1);
    await page.close();
  });

  test('enlarges the picture under the pointer by shortcut, without a menu', async () => {
    const { browser, pages } = setup;
    const options = await browser.openOwnPage('/options.html');
    await options.getByText('Upscale 4×').click();
    await options.close();
    const page = await browser.context.newPage();
    await page.goto(pages.pageUrl('/cross'));
    await page.evaluate(() => document.addEventListener('contextmenu', (event) => event.preventDefault()));
    await page.bringToFront();
    await desktop.moveOver(page, '#picture');
    setup.platform.hold();
    await desktop.press('alt+shift+u');
    // By the factor from the options.
    const findTask = async () => (await listTasks()).find(isOf(page));
    await expect.poll(async () => (await findTask())?.params.scale).toBe(4);
    await expect.poll(() => readOverlay(page)).toContain('Cancel');
    await pressInOverlay(page, 'Cancel');
    await expect.poll(async () => (await findTask())?.status).toBe('cancelled');
    await page.close();
  });

  test.each<[string, string, (page: Page) => Promise<void>]>([
    [
      'an open dialog that the page bends and cuts',
      '/in-dialog',
      (page) => page.evaluate(() => document.querySelector('dialog')?.showModal()),
    ],
    [
      'a part of the page that fills the screen',
      '/cross',
      async (page) => {
        await page.evaluate(() => {
          const part = document.querySelector('p') as HTMLElement;
          part.addEventListener('click', () => part.requestFullscreen(), { once: true });
        });
        await desktop.moveOver(page, '#picture');
        await desktop.click();
        await page.locator('p:fullscreen').waitFor();
      },
    ],
  ])('shows and takes presses on a picture in %s', async (_, path, open) => {
    const { browser, pages } = setup;
    const page = await browser.context.newPage();
    await page.goto(pages.pageUrl(path));
    await page.bringToFront();
    await open(page);
    const srcUrl = await page.locator('#picture').evaluate((picture) => (picture as HTMLImageElement).src);
    await clickMenu(browser, { page, menuItemId: 'upscale2', srcUrl });
    await expect.poll(() => readOverlay(page)).toContain('Compare');
    await desktop.clickAt(page, await findInOverlay(page, 'Compare'));
    await expect.poll(() => readOverlay(page)).toMatch(/Before.*After/);
    const before = await page.screenshot();
    await desktop.clickAt(page, await findInOverlay(page, 'End comparison'));
    await expect.poll(() => readOverlay(page)).not.toContain('Before');
    await expect.poll(async () => (await page.screenshot()).equals(before)).toBe(false);
    await page.close();
  });

  test('says how to reach the buttons in fullscreen, and takes presses afterwards', async () => {
    const { browser, pages } = setup;
    const page = await browser.context.newPage();
    await page.goto(pages.pageUrl('/own'));
    await page.bringToFront();
    const srcUrl = await page.locator('#picture').evaluate((picture) => {
      picture.addEventListener('click', () => picture.requestFullscreen(), { once: true });
      return (picture as HTMLImageElement).src;
    });
    await desktop.moveOver(page, '#picture');
    await desktop.click();
    await page.locator('#picture:fullscreen').waitFor();
    await clickMenu(browser, { page, menuItemId: 'upscale2', srcUrl });
    await expect.poll(() => readOverlay(page)).toMatch(/Compare.*Press Esc/);
    await desktop.press('Escape');
    await expect.poll(() => readOverlay(page)).not.toContain('Press Esc');
    await desktop.clickAt(page, await findInOverlay(page, 'Compare'));
    await expect.poll(() => readOverlay(page)).toMatch(/Before.*After/);
    await page.close();
  });

  test('leaves a closing dialog with its content, and follows the shown picture', async () => {
    const { browser, pages } = setup;
    const page = await browser.context.newPage();
    await page.goto(pages.pageUrl('/in-dialog'));
    await page.bringToFront();
    const dialog = page.locator('dialog');
    await dialog.evaluate((one) => (one as HTMLDialogElement).showModal());
    const srcUrl = await page.locator('#picture').evaluate((picture) => (picture as HTMLImageElement).src);
    await clickMenu(browser, { page, menuItemId: 'upscale2', srcUrl });
    await expect.poll(() => readOverlay(page)).toContain('Compare');
    await dialog.evaluate((one) => (one as HTMLDialogElement).close());
    await expect.poll(() => readOverlay(page)).toBe('');
    await dialog.evaluate((one) => (one as HTMLDialogElement).show());
    await expect.poll(() => readOverlay(page)).toContain('Compare');
    await desktop.clickAt(page, await findInOverlay(page, 'Compare'));
    await expect.poll(() => readOverlay(page)).toMatch(/Before.*After/);
    await page.close();
  });

  test('starts and cancels nothing by covered presses, and does by visible ones', async () => {
    const { browser, pages, platform } = setup;
    const page = await browser.context.newPage();
    await page.goto(pages.pageUrl('/new-0'));
    await page.bringToFront();
    const srcUrl = await page.locator('#picture').evaluate((picture) => (picture as HTMLImageElement).src);
    await clickMenu(browser, { page, menuItemId: 'upscale2', srcUrl });
    await expect.poll(() => readOverlay(page)).toContain('Compare');
    const upscale = 'Upscale result 2×';
    const img2img = 'Picture to picture from result';
    const isReady = (label: string) => () => isReadyInOverlay(page, label);
    const press = async (label: string) => desktop.clickAt(page, await findInOverlay(page, label));
    await expect.poll(isReady(upscale)).toBe(true);
    await expect.poll(isReady(img2img)).toBe(true);
    const known = (await listTasks()).length;
    const windows = browser.context.pages().length;
    const uncover = await coverOverlay(page);
    await expect.poll(isReady(upscale)).toBe(false);
    await expect.poll(isReady(img2img)).toBe(false);
    await press(upscale);
    await press(img2img);
    await press('Compare');
    await expect.poll(() => readOverlay(page)).toContain('End comparison');
    expect(await listTasks()).toHaveLength(known);
    expect(browser.context.pages()).toHaveLength(windows);
    await uncover();
    await expect.poll(isReady(upscale)).toBe(true);
    platform.hold();
    await press(upscale);
    const findNewest = async () => (await listTasks())[0]?.status;
    await expect.poll(async () => (await listTasks()).length).toBe(known + 1);
    await expect.poll(() => readOverlay(page)).toContain('Credits');

    await expect.poll(isReady('Cancel')).toBe(true);
    const uncoverAgain = await coverOverlay(page);
    await expect.poll(isReady('Cancel')).toBe(false);
    await press('Cancel');
    await uncoverAgain();
    await expect.poll(isReady('Cancel')).toBe(true);
    expect(await findNewest()).toBe('queued');
    await press('Cancel');
    await expect.poll(findNewest).toBe('cancelled');
    platform.letGo();
    await page.close();
  });

  testHoverButton({ setup: () => setup, desktop: () => desktop });
});
