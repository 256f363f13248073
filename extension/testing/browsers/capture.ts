import { join } from 'node:path';
import type { Page } from 'playwright-core';
import sharp from 'sharp';

/** Set to renew the pictures of the documentation. */
export const imagesDir = process.env.IMAGES_DIR;

/**
 * The page as it stands, in light and in dark: `extension-<name>.webp` and `extension-<name>-dark.webp`. It is left as it
 * was: in a window of another size other things lie over each other.
 */
export async function capture(
  page: Page,
  name: string,
  size?: { width: number; height: number },
  /** Of the page, where its window keeps its size. */
  clip?: { x: number; y: number; width: number; height: number },
): Promise<void> {
  if (!imagesDir) return;
  const sizeBefore = page.viewportSize();
  if (size) await page.setViewportSize(size);
  for (const [colorScheme, suffix] of [
    ['light', ''],
    ['dark', '-dark'],
  ] as const) {
    await page.emulateMedia({ colorScheme });
    const picture = await page.screenshot({
      // Colours change over a moment: what is taken is their end.
      animations: 'disabled',
      ...(clip ? { clip } : {}),
    });
    await sharp(picture)
      .webp({ quality: 90, effort: 6 })
      .toFile(join(imagesDir, `extension-${name}${suffix}.webp`));
  }
  await page.emulateMedia({ colorScheme: null });
  if (size && sizeBefore) await page.setViewportSize(sizeBefore);
}
