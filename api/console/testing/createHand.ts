import type { Page } from 'playwright-core';

export const createButton = (page: Page) => page.getByRole('button', { name: /^Create/ });
export const promptField = (page: Page) => page.getByRole('textbox', { name: 'Prompt', exact: true });
export const cardsOf = (page: Page, kind: 'press' | 'open' | 'result') =>
  page.locator(`.result[data-kind="${kind}"]`);

/** With a stroke in the middle of an empty sea, on the stage. */
export async function paintMask(page: Page): Promise<{ width: number; height: number }> {
  const side = { width: 320, height: 256 };
  const file = { name: 'sea.png', mimeType: 'image/png', buffer: await drawPng(page, side) };
  await page.locator('[data-field="image"] input[type=file]').first().setInputFiles(file);
  await page.getByRole('button', { name: /Paint the mask/ }).click();
  // Once it stands still, which the pointer waits for.
  await page.getByRole('application').hover();
  const box = await page.locator('.sg-mask-layer').boundingBox();
  if (!box) throw new Error('the picture is not shown');
  await page.mouse.move(box.x + box.width * 0.4, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.6, box.y + box.height / 2, { steps: 5 });
  await page.mouse.up();
  return side;
}

/** A sea without anything in it. */
export async function drawPng(page: Page, side: { width: number; height: number }): Promise<Buffer> {
  const base64 = await page.evaluate(({ width, height }) => {
    const canvas = document.createElement('canvas');
    Object.assign(canvas, { width, height });
    canvas.getContext('2d')?.fillRect(0, 0, width, height);
    return canvas.toDataURL('image/png').split(',')[1] ?? '';
  }, side);
  return Buffer.from(base64, 'base64');
}
