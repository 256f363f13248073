import { createClockFromNoon } from '@star-graph/core/testing/manualClock';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { clickMenu, type WithChrome } from './browsers/chromium.ts';
import { hasChromium } from './browsers/programs.ts';
import { createExtensionSetup, type ExtensionSetup } from './extensionSetup.ts';
import { pressInOverlay, readOverlay } from './pages/overlayProbe.ts';
import { shownPixelWidth } from './pages/shownPixels.ts';

describe.skipIf(!hasChromium)('where something comes between', () => {
  let setup: ExtensionSetup;
  let number = 0;

  beforeAll(async () => {
    // Credits are claimed by days.
    setup = await createExtensionSetup({ clock: createClockFromNoon() });
  });
  beforeEach(() => setup.platform.hold());
  afterEach(() => setup.platform.letGo());
  afterAll(() => setup?.[Symbol.asyncDispose]());

  const call = (path: string, options: { token?: string; body?: unknown } = {}) =>
    setup.platform.api.call(path, { token: setup.person.accessToken, ...options });
  const findTasksOf = async (url: string) =>
    (await call('/api/v1/tasks?limit=100')).body.items.filter(
      (task: { meta: { sourceUrl?: string } }) => task.meta.sourceUrl === url,
    );
  const pixelWidth = (page: Page, selector = '#picture') => shownPixelWidth(page.locator(selector));
  const listNotifications = async () =>
    (await setup.browser.worker()).evaluate(async () =>
      Object.keys(await (globalThis as unknown as WithChrome).chrome.notifications.getAll()),
    );
  const choose = async (page: Page, selector = '#picture', menuItemId = 'upscale2') => {
    const srcUrl = (await page.locator(selector).getAttribute('src')) ?? '';
    await clickMenu(setup.browser, { page, menuItemId, srcUrl });
  };
  const openNew = async () => {
    const page = await setup.browser.context.newPage();
    await page.goto(setup.pages.pageUrl(`/new-${number++}`));
    return { page, url: page.url(), width: await pixelWidth(page) };
  };
  /** A picture never enlarged before, with its task waiting at the server. */
  const start = async () => {
    const opened = await openNew();
    await choose(opened.page);
    await expect.poll(() => readOverlay(opened.page)).toContain('Credits');
    return opened;
  };
  /** The task succeeded; the system notifies the person, as the page cannot. */
  const expectNotified = async (url: string, known: readonly string[]) => {
    await expect.poll(async () => (await findTasksOf(url))[0].status).toBe('succeeded');
    await expect.poll(() => countNew(known)).toBe(1);
  };
  /** The system may take earlier ones away meanwhile. */
  const countNew = async (known: readonly string[]) =>
    (await listNotifications()).filter((id) => !known.includes(id)).length;

  test('leaves a changed picture alone, and offers the result beside it', async () => {
    const { page, url } = await start();
    const other = `${setup.pages.imageOrigin}/plain.jpg`;
    await page.locator('#picture').evaluate((picture, src) => picture.setAttribute('src', src), other);
    setup.platform.letGo();
    await expect.poll(() => readOverlay(page)).toContain('now shows another picture');
    expect(await findTasksOf(url)).toMatchObject([{ status: 'succeeded' }]);
    expect(await page.locator('#picture').getAttribute('src')).toBe(other);
    await expect.poll(() => pixelWidth(page)).toBe(160);
    const opening = setup.browser.context.waitForEvent('page');
    await pressInOverlay(page, 'Open full size');
    await (await opening).close();
    await pressInOverlay(page, 'Close');
    await expect.poll(() => page.evaluate(() => document.documentElement.children.length)).toBe(2);
    await page.close();
  });

  test('enlarges five simultaneous pictures, each in its place', async () => {
    const page = await setup.browser.context.newPage();
    await page.goto(setup.pages.pageUrl('/ten'));
    const names = [...Array(5).keys()].map((index) => `#one${index}`);
    const before = await Promise.all(names.map((name) => pixelWidth(page, name)));
    await Promise.all(names.map((name) => choose(page, name)));
    await expect.poll(async () => (await findTasksOf(page.url())).length).toBe(5);
    setup.platform.letGo();
    await expect
      .poll(() => Promise.all(names.map((name) => pixelWidth(page, name))))
      .toEqual(before.map((width) => 2 * width));
    expect(await findTasksOf(page.url())).toHaveLength(5);
    await page.close();
  });

  test('counts two clicks on one picture once; other choices must wait', async () => {
    const opened = await openNew();
    await Promise.all([choose(opened.page), choose(opened.page)]);
    await expect.poll(() => readOverlay(opened.page)).toContain('Credits');
    const known = await listNotifications();
    await choose(opened.page, '#picture', 'upscale4');
    await expect.poll(() => countNew(known)).toBe(1);
    expect(await findTasksOf(opened.url)).toMatchObject([{ params: { scale: 2 } }]);
    setup.platform.letGo();
    await expect.poll(() => pixelWidth(opened.page)).toBe(2 * opened.width);
    await opened.page.close();
  });

  test('reports missing credits, starts nothing, claims the daily ones once, then retries', async () => {
    const { platform } = setup;
    const admin = await platform.api.signInAsAdmin();
    const { body: profile } = await call('/api/v1/users/profile');
    const { available } = (await call('/api/v1/users/balance')).body;
    const grant = (amount: number) =>
      call(`/api/admin/users/${profile.id}/credits`, {
        token: admin,
        body: { amount, reason: 'test', key: crypto.randomUUID() },
      });
    await grant(-available);
    const opened = await openNew();
    await choose(opened.page);
    await expect.poll(() => readOverlay(opened.page)).toContain('do not have enough credits');
    expect(await findTasksOf(opened.url)).toEqual([]);
    // The daily credits are enough.
    platform.letGo();
    await pressInOverlay(opened.page, 'Claim today’s credits');
    await expect.poll(() => pixelWidth(opened.page)).toBe(2 * opened.width);
    expect(await findTasksOf(opened.url)).toHaveLength(1);
    await opened.page.close();

    await grant(-(await call('/api/v1/users/balance')).body.available);
    const second = await openNew();
    await choose(second.page);
    await expect.poll(() => readOverlay(second.page)).toContain('do not have enough credits');
    await pressInOverlay(second.page, 'Claim today’s credits');
    await expect.poll(() => readOverlay(second.page)).toContain('already claimed today’s credits');
    expect(await findTasksOf(second.url)).toEqual([]);
    await grant(available);
    await pressInOverlay(second.page, 'Try again');
    await expect.poll(() => pixelWidth(second.page)).toBe(2 * second.width);
    await second.page.close();
  });

  test('reports the result otherwise when the picture is removed, leaving nothing behind', async () => {
    const { page, url } = await start();
    const known = await listNotifications();
    await page.locator('#picture').evaluate((picture) => picture.remove());
    await expect.poll(() => page.evaluate(() => document.documentElement.children.length)).toBe(2);
    setup.platform.letGo();
    await expectNotified(url, known);
    expect(await readOverlay(page)).toBe('');
    await page.close();
  });

  test('reaches a picture that was removed and put back', async () => {
    const { page, url, width } = await start();
    await page.evaluate(() => {
      const picture = document.querySelector('#picture');
      picture?.remove();
      Object.assign(globalThis, { picture });
    });
    await expect.poll(() => readOverlay(page)).toBe('');
    await page.evaluate(() => document.body.append((globalThis as unknown as { picture: Element }).picture));
    setup.platform.letGo();
    await expect.poll(() => pixelWidth(page)).toBe(2 * width);
    expect(await findTasksOf(url)).toMatchObject([{ status: 'succeeded' }]);
    await page.close();
  });

  test('reports the result otherwise when the tab went to another page', async () => {
    const { page, url } = await start();
    const known = await listNotifications();
    await page.goto(setup.pages.pageUrl('/own'));
    setup.platform.letGo();
    await expectNotified(url, known);
    expect(await readOverlay(page)).toBe('');
    expect(await pixelWidth(page)).toBe(160);
    await page.close();
  });

  test('says why a task failed, and starts another', async () => {
    const { platform } = setup;
    await platform.backend.control({ arm: [{ kind: 'node-error', times: 'always' }] });
    const opened = await start();
    platform.letGo();
    await expect.poll(() => readOverlay(opened.page)).toContain('The generation failed');
    await platform.backend.control({ disarm: 'all' });
    await pressInOverlay(opened.page, 'Try again');
    await expect.poll(() => pixelWidth(opened.page)).toBe(2 * opened.width);
    const statuses = (await findTasksOf(opened.url)).map(({ status }: { status: string }) => status);
    expect(statuses).toEqual(['succeeded', 'failed']);
    await opened.page.close();
  });
});
