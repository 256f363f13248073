import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BrowserContextOptions } from 'playwright-core';
import { expect, test } from 'vitest';
import { phone } from './consoleSetup.ts';
import {
  desktop,
  findFaultsIn,
  forms,
  imagesDir,
  openAsAdmin,
  show,
  type ViewName,
  views,
  viewsFixture,
} from './viewWalk.ts';

viewsFixture();

test.each(Object.entries(forms))(
  'no view and nothing over it is wider than the screen, or has a serious fault of accessibility: %s',
  async (_, options) => {
    expect(await findFaultsIn(options, () => true)).toEqual({ wide: [], faults: [] });
  },
  480_000,
);

test('no view jumps while it loads, on a phone', async () => {
  const page = await openAsAdmin({ colorScheme: 'dark', locale: 'en', ...phone });
  await page.addInitScript(watchShifts);
  const jumping: [string, number][] = [];
  for (const [name, path] of Object.entries(views)) {
    await show(page, path);
    const moved = await page.evaluate(() => Number(document.documentElement.dataset.moved ?? 0));
    if (moved > 0.05) jumping.push([name, moved]);
  }
  expect(jumping).toEqual([]);
}, 240_000);

/** Adds up in the page how much of it moved by itself, as the browser counts it. */
function watchShifts(): void {
  let moved = 0;
  const watch = new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceEntry & {
      value: number;
      hadRecentInput: boolean;
    })[])
      if (!entry.hadRecentInput) moved += entry.value;
    document.documentElement.dataset.moved = String(moved);
  });
  watch.observe({ type: 'layout-shift', buffered: true });
}

test.runIf(imagesDir)('pictures of the views', { timeout: 900_000 }, async () => {
  const folder = imagesDir ?? '';
  await mkdir(folder, { recursive: true });
  const ways: Record<string, BrowserContextOptions> = {
    '': { colorScheme: 'light', ...desktop },
    '-dark': { colorScheme: 'dark', ...desktop },
    '-phone': { colorScheme: 'dark', ...phone },
    '-zh': { colorScheme: 'light', locale: 'zh-CN', ...desktop },
  };
  for (const [suffix, options] of Object.entries(ways)) {
    const page = await openAsAdmin(options);
    // Playwright takes no WebP.
    const browser = await page.context().newCDPSession(page);
    for (const name of Object.keys(views) as ViewName[]) {
      await show(page, views[name]);
      expect(await page.locator('html').getAttribute('lang')).toBe(options.locale ?? 'en');
      const { data } = await browser.send('Page.captureScreenshot', { format: 'webp', quality: 75 });
      await writeFile(join(folder, `console-${name}${suffix}.webp`), data, 'base64');
    }
  }
});
