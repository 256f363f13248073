import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { decodePng } from '../app/views/canvas/engine/decodePng.ts';

export const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });
export const promptField = (page: Page) => page.getByRole('textbox', { name: 'Prompt', exact: true });
export const layerNames = (page: Page) => page.locator('.canvas-layer-name bdi').allTextContents();
export const isWay = (page: Page, way: string) =>
  expect.poll(() => page.locator('[data-way]').getAttribute('data-way')).toBe(way);
export const isSaved = (page: Page) => page.locator('.canvas-saved[data-state="saved"]').waitFor();

/** From one place of the stage to another, as shares of it. */
export async function draw(
  page: Page,
  from: readonly [number, number],
  to: readonly [number, number],
): Promise<void> {
  const box = await frameBox(page);
  const at = ([x, y]: readonly [number, number]) => [box.x + box.width * x, box.y + box.height * y] as const;
  await page.mouse.move(...at(from));
  await page.mouse.down();
  await page.mouse.move(...at(to), { steps: 4 });
  await page.mouse.up();
}

/** Asks for results, and takes the first as a layer. */
export async function makeAndAccept(page: Page): Promise<void> {
  const before = (await layerNames(page)).length;
  await button(page, /^Create/).click();
  await button(page, 'Accept').click();
  await expect.poll(() => layerNames(page)).toHaveLength(before + 1);
}

/** The frame's pixels, by the way that people save them. */
export async function readFrame(page: Page) {
  await button(page, 'Project').click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: 'Save the frame as PNG' }).click(),
  ]);
  return decodePng(new Uint8Array(await readFile(await download.path())));
}

/** Where the frame is on the page. */
export async function frameBox(page: Page) {
  const box = await page.locator('.canvas-frame').boundingBox();
  if (!box) throw new Error('there is no frame');
  return box;
}
