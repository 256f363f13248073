import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { decodeColourPng } from '../app/views/canvas/engine/decodePng.ts';
import { sharedConsole } from './sharedConsole.ts';

/** A task runs on the CPU of a machine that does other things too. */
const patience = { timeout: 90_000 };

const setup = sharedConsole();

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });
const promptField = (page: Page) => page.getByRole('textbox', { name: 'Prompt', exact: true });
const layerNames = (page: Page) => page.locator('.canvas-layer-name bdi').allTextContents();
const isWay = (page: Page, way: string) =>
  expect.poll(() => page.locator('[data-way]').getAttribute('data-way'), patience).toBe(way);
const isSaved = (page: Page) => page.locator('.canvas-saved[data-state="saved"]').waitFor();

/** From one place of the stage to another, as shares of it. */
async function draw(
  page: Page,
  from: readonly [number, number],
  to: readonly [number, number],
): Promise<void> {
  const box = await page.locator('.canvas-frame').boundingBox();
  if (!box) throw new Error('there is no frame');
  const at = ([x, y]: readonly [number, number]) => [box.x + box.width * x, box.y + box.height * y] as const;
  await page.mouse.move(...at(from));
  await page.mouse.down();
  await page.mouse.move(...at(to), { steps: 4 });
  await page.mouse.up();
}

/** Asks for results, and takes the first as a layer. */
async function makeAndAccept(page: Page): Promise<void> {
  const before = (await layerNames(page)).length;
  await button(page, /^Make/).click();
  await button(page, 'Accept').click(patience);
  await expect.poll(() => layerNames(page)).toHaveLength(before + 1);
}

/** The frame's pixels, by the way that people save them. */
async function readFrame(page: Page) {
  await button(page, 'Project').click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: 'Save the frame as PNG' }).click(),
  ]);
  return decodeColourPng(new Uint8Array(await readFile(await download.path())));
}

test('a picture is made, redrawn under a mask and found again after a reload', async () => {
  const { page } = await setup.openSignedIn('/canvas');
  await isWay(page, 'text2img');
  await promptField(page).fill('a lighthouse at dawn');
  await makeAndAccept(page);
  await isWay(page, 'img2img');
  await draw(page, [0.35, 0.3], [0.5, 0.3]);
  const made = await readFrame(page);
  await button(page, 'New mask: paint where it is redrawn').click();
  await draw(page, [0.3, 0.3], [0.6, 0.3]);
  await isWay(page, 'inpaint');
  await makeAndAccept(page);
  const redrawn = await readFrame(page);
  const { width, height } = made;
  const changed = { masked: 0, others: 0 };
  for (let at = 0; at < made.bytes.length; at++) {
    const y = Math.floor(at / 4 / width) / height;
    if (made.bytes[at] !== redrawn.bytes[at]) changed[y > 0.2 && y < 0.4 ? 'masked' : 'others'] += 1;
  }
  expect(changed.masked).toBeGreaterThan(1_000);
  expect(changed.others).toBe(0);
  const names = await layerNames(page);
  expect(names.toSorted()).toEqual(['Layer 1', 'Mask', 'Result 1', 'Result 2']);
  await isSaved(page);
  await page.reload();
  await expect.poll(() => layerNames(page), patience).toEqual(names);
  expect(await promptField(page).inputValue()).toBe('a lighthouse at dawn');
  expect(Buffer.from((await readFrame(page)).bytes).equals(Buffer.from(redrawn.bytes))).toBe(true);
});
