import type { Locator } from 'playwright-core';

/** How many pixels wide the file is that an image shows. To the page a result is as large as the original. */
export const shownPixelWidth = (image: Locator): Promise<number> => image.evaluate(readPixelWidth);

/** In the page. 0 where nothing is shown. */
export async function readPixelWidth(element: Element): Promise<number> {
  const { currentSrc, naturalWidth } = element as HTMLImageElement;
  if (!currentSrc.startsWith('blob:')) return naturalWidth;
  const file = new Image();
  file.src = currentSrc;
  // A blob that was revoked meanwhile has none.
  await file.decode().catch(() => undefined);
  return file.naturalWidth;
}
