import { createHash } from 'node:crypto';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clickMenu, prepareStop } from './browsers/chromium.ts';
import { hasChromium } from './browsers/programs.ts';
import { createExtensionSetup, type ExtensionSetup } from './extensionSetup.ts';
import { countInOverlay, pressInOverlay, readOverlay } from './pages/overlayProbe.ts';
import { jpegPicture } from './pages/pictures.ts';
import { shownPixelWidth } from './pages/shownPixels.ts';

interface ListedTask {
  id: string;
  status: string;
  params: { scale?: number };
  cost: number;
  outputs: { id: string; mime: string }[];
}

describe.skipIf(!hasChromium)('in Chromium', () => {
  let setup: ExtensionSetup;

  beforeAll(async () => {
    setup = await createExtensionSetup();
  });
  afterAll(() => setup?.[Symbol.asyncDispose]());

  const listTasks = async (): Promise<ListedTask[]> =>
    (await setup.platform.api.call('/api/v1/tasks?limit=100', { token: setup.person.accessToken })).body
      .items;
  const countTasks = async () => (await listTasks()).length;
  const pixelWidth = (page: Page) => shownPixelWidth(page.locator('#picture'));
  const layoutBox = (page: Page) => page.locator('#picture').boundingBox();

  test('replaces a Referer-protected picture by one twice its size', async () => {
    const { browser, pages, person, platform } = setup;
    const page = await browser.context.newPage();
    await page.goto(pages.pageUrl('/guarded'));
    expect(await pixelWidth(page)).toBe(160);
    const boxBefore = await layoutBox(page);

    await clickMenu(browser, { page, menuItemId: 'upscale2', srcUrl: `${pages.imageOrigin}/guarded.jpg` });
    await expect.poll(() => pixelWidth(page)).toBe(320);
    await expect.poll(() => layoutBox(page)).toEqual(boxBefore);

    // It stays where it was seen: the page writes its own address back, and draws the picture anew.
    await page.locator('#picture').evaluate((picture) => {
      const url = new URL((picture as HTMLImageElement).src);
      picture.setAttribute('src', `//${url.host}${url.pathname}#again`);
      picture.removeAttribute('srcset');
    });
    await expect.poll(() => pixelWidth(page)).toBe(320);
    await page.locator('#picture').evaluate((picture) => {
      const { src, alt } = picture as HTMLImageElement;
      picture.replaceWith(Object.assign(new Image(), { id: 'picture', src, alt }));
    });
    await expect.poll(() => pixelWidth(page)).toBe(320);
    await expect.poll(() => readOverlay(page)).toContain('Compare');

    const { body } = await platform.api.call('/api/v1/tasks', { token: person.accessToken });
    expect(body.items).toHaveLength(1);
    const [task] = body.items;
    expect(task).toMatchObject({
      type: 'upscale',
      status: 'succeeded',
      params: { scale: 2 },
      meta: { sourceUrl: pages.pageUrl('/guarded') },
      outputs: [{ width: 320, height: 240 }],
    });
    // The server got the site's original bytes, not a screen capture.
    const input = await platform.api.call(`/api/v1/assets/${task.params.image}`, {
      token: person.accessToken,
    });
    const original = await jpegPicture();
    expect(input.body.sha256).toBe(createHash('sha256').update(original).digest('hex'));

    const panel = await browser.openOwnPage('/sidepanel.html');
    const row = panel.locator(`[data-task="${task.id}"][data-status=succeeded]`);
    await row.waitFor();
    expect(await row.locator('a').getAttribute('href')).toBe(pages.pageUrl('/guarded'));
    await panel.close();
    await page.close();
  });

  test('gives the page no way in: closed root, no loadable resource', async () => {
    const { browser, pages } = setup;
    const page = await browser.context.newPage();
    await page.goto(pages.pageUrl('/cross'));
    expect(await page.evaluate(() => document.documentElement.children.length)).toBe(2);
    await clickMenu(browser, { page, menuItemId: 'upscale2', srcUrl: `${pages.imageOrigin}/plain.jpg` });
    await expect.poll(() => pixelWidth(page)).toBe(320);
    const seen = await page.evaluate(() => {
      const host = document.documentElement.lastElementChild;
      return {
        root: host?.shadowRoot ?? null,
        text: host?.textContent,
        hasRuntime: 'chrome' in window && 'runtime' in (window.chrome as object),
        resources: performance.getEntriesByType('resource').filter(({ name }) => /extension:/.test(name))
          .length,
      };
    });
    expect(seen).toEqual({ root: null, text: '', hasRuntime: false, resources: 0 });
    await page.close();
  });

  test('hides a result from a page that could not read the picture', async () => {
    const { browser, pages } = setup;
    const page = await browser.context.newPage();
    await page.goto(pages.pageUrl('/cookie'));
    await clickMenu(browser, { page, menuItemId: 'upscale2', srcUrl: `${pages.imageOrigin}/cookie.jpg` });
    await expect.poll(() => readOverlay(page)).toContain('Compare');
    // Drawn into our closed root; the page's own image is as it was.
    await expect.poll(() => countInOverlay(page, 'CANVAS')).toBe(1);
    expect(await page.locator('#picture').getAttribute('src')).toBe(`${pages.imageOrigin}/cookie.jpg`);
    await page.close();
  });

  test('delivers the result though the worker died and the page was reloaded', async () => {
    const { browser, pages, platform } = setup;
    const page = await browser.context.newPage();
    await page.goto(pages.pageUrl('/late'));
    // There is no result before the worker is gone.
    platform.hold();
    const stopWorkers = await prepareStop(browser);
    await page.bringToFront();
    const tasksBefore = await countTasks();
    await clickMenu(browser, {
      page,
      menuItemId: 'upscale2',
      srcUrl: `${pages.imageOrigin}/guarded-late.jpg`,
    });
    await expect.poll(countTasks).toBe(tasksBefore + 1);
    await stopWorkers();
    await page.reload();
    platform.letGo();
    await expect.poll(() => pixelWidth(page)).toBe(352);
    expect(await countTasks()).toBe(tasksBefore + 1);
    await page.close();
  });

  test('puts a picture into words on a card, and leaves the picture as it is', async () => {
    const { browser, pages, platform, person } = setup;
    const page = await browser.context.newPage();
    await page.goto(pages.pageUrl('/guarded'));
    const srcBefore = await page.locator('#picture').getAttribute('src');
    await clickMenu(browser, { page, menuItemId: 'describe', srcUrl: `${pages.imageOrigin}/guarded.jpg` });
    const ended = async () =>
      (await listTasks()).find(({ outputs: [output] }) => output?.mime === 'text/plain');
    await expect.poll(ended).toBeDefined();
    const id = (await ended())?.outputs[0]?.id;
    const asset = await platform.api.call(`/api/v1/assets/${id}`, { token: person.accessToken });
    const words = (await (await fetch(asset.body.url)).text()).trim();
    expect(words).not.toBe('');
    await expect.poll(() => readOverlay(page)).toContain(words);
    await pressInOverlay(page, 'Close');
    await expect.poll(() => readOverlay(page)).toBe('');
    expect(await page.locator('#picture').getAttribute('src')).toBe(srcBefore);
    await page.close();
  });
});
