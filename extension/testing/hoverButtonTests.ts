import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { capture } from './browsers/capture.ts';
import type { WithChrome } from './browsers/chromium.ts';
import type { Desktop } from './browsers/desktop.ts';
import { readStored } from './browsers/extensionStorage.ts';
import type { ExtensionSetup } from './extensionSetup.ts';
import {
  countInOverlay,
  coverOverlay,
  findInOverlay,
  isReadyInOverlay,
  nextFrames,
  pressInOverlay,
  readOverlay,
} from './pages/overlayProbe.ts';

interface ListedTask {
  params: { image?: string };
  meta: { sourceUrl?: string };
}

const label = 'Upscale or change this picture';
const countButtons = (page: Page) => countInOverlay(page, 'BUTTON', 'corner');
const isOurs = (page: Page) => page.evaluate(() => document.documentElement.children.length > 2);

interface Parts {
  setup(): ExtensionSetup;
  desktop(): Desktop;
}

/** Tests of the button on pictures, with a real pointer. Their setup is complete when they begin. */
export function testHoverButton(parts: Parts): void {
  testByPointer(parts);
  testByKeys(parts);
  testBySite(parts);
}

function createProbe(parts: Parts) {
  const call = (path: string) =>
    parts.setup().platform.api.call(path, { token: parts.setup().person.accessToken });
  const listTasksOf = async (page: Page): Promise<ListedTask[]> =>
    (await call('/api/v1/tasks?limit=100')).body.items.filter(
      (task: ListedTask) => task.meta.sourceUrl === page.url(),
    );
  const isRegistered = async () =>
    (await parts.setup().browser.worker()).evaluate(async () => {
      const { scripting } = (globalThis as unknown as WithChrome).chrome;
      return (await scripting.getRegisteredContentScripts()).some(({ id }) => id.endsWith('hover-button'));
    });
  const wantButton = async (isWanted: boolean) => {
    const options = await parts.setup().browser.openOwnPage('/options.html');
    await options.getByLabel('Show a button on pictures').setChecked(isWanted);
    await options.close();
    // From then on it is in pages from their beginning; open ones get it a moment later.
    await expect.poll(isRegistered).toBe(isWanted);
  };
  /**
   * Until the button is there, or is not. A page that was open before the setting gets our script a moment after it,
   * and the script knows of the pointer once it moves: so the person moves it again.
   */
  const hoverUntil = (page: Page, count: number) =>
    expect
      .poll(async () => {
        await parts.desktop().moveOver(page, '#small');
        await parts.desktop().moveOver(page, '#picture');
        await nextFrames(page);
        return countButtons(page);
      })
      .toBe(count);
  const boxesOf = (page: Page) =>
    Promise.all(['#picture', '#small'].map((selector) => page.locator(selector).boundingBox()));
  return { call, listTasksOf, wantButton, hoverUntil, boxesOf };
}

function testByPointer(parts: Parts): void {
  const { call, listTasksOf, wantButton, hoverUntil, boxesOf } = createProbe(parts);
  test('enlarges what the pointer is over, once it can be seen', async () => {
    const { browser, pages, platform } = parts.setup();
    const page = await browser.context.newPage();
    await page.goto(pages.pageUrl('/two-sizes'));
    const boxes = await boxesOf(page);
    await parts.desktop().moveOver(page, '#small');
    await wantButton(true);
    await page.bringToFront();
    await hoverUntil(page, 1);
    expect(await boxesOf(page)).toEqual(boxes);
    await parts.desktop().moveOver(page, '#small');
    await expect.poll(() => countButtons(page)).toBe(0);
    await parts.desktop().moveOver(page, '#picture');
    await expect.poll(() => countButtons(page)).toBe(1);

    await parts.desktop().clickAt(page, await findInOverlay(page, label));
    await expect.poll(() => readOverlay(page)).toContain('Upscale 4×');
    const isReady = () => isReadyInOverlay(page, 'Upscale 2×');
    await expect.poll(isReady).toBe(true);
    await capture(page, 'button', undefined, { x: 0, y: 0, width: 460, height: 450 });
    const uncover = await coverOverlay(page);
    await expect.poll(isReady).toBe(false);
    await parts.desktop().clickAt(page, await findInOverlay(page, 'Upscale 2×'));
    await uncover();
    await expect.poll(isReady).toBe(true);
    expect(await listTasksOf(page)).toEqual([]);
    platform.hold();
    await parts.desktop().clickAt(page, await findInOverlay(page, 'Upscale 2×'));
    await expect.poll(async () => (await listTasksOf(page)).length).toBe(1);
    const [task] = await listTasksOf(page);
    const input = await call(`/api/v1/assets/${task?.params.image}`);
    expect(input.body.sha256).toBe(pages.sha256('/new-19.jpg'));
    await expect.poll(() => readOverlay(page)).toContain('Credits');
    // A picture that shows a run has no button.
    const corner = await page.locator('#picture').boundingBox();
    await page.mouse.move((corner?.x ?? 0) + 12, (corner?.y ?? 0) + 12);
    const isHovered = () => page.locator('#picture').evaluate((picture) => picture.matches(':hover'));
    await expect.poll(isHovered).toBe(true);
    await nextFrames(page);
    expect(await countButtons(page)).toBe(0);
    await pressInOverlay(page, 'Cancel');
    await expect.poll(() => readOverlay(page)).toContain('Cancelled');
    platform.letGo();
    await pressInOverlay(page, 'Close');
    await parts.desktop().moveOver(page, '#small');
    await parts.desktop().moveOver(page, '#picture');
    await expect.poll(() => countButtons(page)).toBe(1);

    await wantButton(false);
    await expect.poll(() => isOurs(page)).toBe(false);
    await page.close();
  });
}

function testByKeys(parts: Parts): void {
  const { wantButton } = createProbe(parts);
  test('reaches the button by keys from the picture’s link, and comes back', async () => {
    const { browser, pages } = parts.setup();
    await wantButton(true);
    const page = await browser.context.newPage();
    await page.goto(pages.pageUrl('/two-sizes'));
    await page.bringToFront();
    const focused = () =>
      page.evaluate(() => {
        const { activeElement } = document;
        return activeElement?.querySelector('#picture')
          ? 'link'
          : activeElement?.id || activeElement?.localName;
      });
    const host = 'div';
    await page.keyboard.press('Tab');
    await expect.poll(() => countButtons(page)).toBe(1);
    expect(await focused()).toBe('link');
    await page.keyboard.press('Tab');
    await expect.poll(focused).toBe(host);
    await page.keyboard.press('Enter');
    await expect.poll(() => readOverlay(page)).toContain('Upscale 4×');
    await page.keyboard.press('Escape');
    await expect.poll(focused).toBe('link');
    await expect.poll(() => countButtons(page)).toBe(0);
    expect(new URL(page.url()).hash).toBe('');

    await page.keyboard.press('Tab');
    await expect.poll(focused).toBe('next');
    await page.keyboard.press('Shift+Tab');
    await expect.poll(() => countButtons(page)).toBe(1);
    await page.keyboard.press('Tab');
    await expect.poll(focused).toBe(host);
    await page.keyboard.press('Shift+Tab');
    await expect.poll(focused).toBe('link');
    await page.keyboard.press('Tab');
    await expect.poll(focused).toBe(host);
    await page.keyboard.press('Tab');
    await expect.poll(focused).toBe('next');
    await wantButton(false);
    await page.close();
  });
}

function testBySite(parts: Parts): void {
  const { hoverUntil } = createProbe(parts);
  test('shows the button only on the chosen sites', async () => {
    const { browser, pages } = parts.setup();
    const page = await browser.context.newPage();
    await page.goto(pages.pageUrl('/two-sizes'));
    await page.bringToFront();
    // The popup speaks of the page in front, which a tab behind it leaves there.
    const opening = browser.context.waitForEvent('page');
    await (await browser.worker()).evaluate(() =>
      (globalThis as unknown as WithChrome).chrome.tabs.create({ url: '/popup.html', active: false }),
    );
    const popup = await opening;
    const choice = popup.getByLabel('Show a button on pictures here');
    await choice.evaluate((box) => (box as HTMLInputElement).click());
    await hoverUntil(page, 1);

    const other = await browser.context.newPage();
    await other.goto(`${pages.foreignOrigin}/two-sizes`);
    await other.bringToFront();
    await parts.desktop().moveOver(other, '#picture');
    await nextFrames(other);
    expect(await countButtons(other)).toBe(0);
    await other.close();

    const sides = await page.locator('#picture').evaluate((one) => (one as HTMLImageElement).naturalHeight);
    expect(sides).toBeLessThan(600);
    await popup.getByText('Under 600 px').evaluate((label) => (label as HTMLElement).click());
    await expect
      .poll(() => readStored(browser, 'buttonSites'))
      .toEqual({ [new URL(page.url()).hostname]: 600 });
    await hoverUntil(page, 1);
    await choice.evaluate((box) => (box as HTMLInputElement).click());
    await expect.poll(() => isOurs(page)).toBe(false);
    await popup.close();
    await page.close();
  });
}
