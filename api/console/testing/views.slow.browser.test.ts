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
