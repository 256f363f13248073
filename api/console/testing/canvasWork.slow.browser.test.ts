import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { button, draw, isWay, layerNames, makeAndAccept, promptField, readFrame } from './canvasHand.ts';
import { type ConsoleSetup, startConsole } from './consoleSetup.ts';
import { findFaults } from './findFaults.ts';

let setup: ConsoleSetup;

beforeAll(async () => {
  setup = await startConsole({ isDrawing: true });
  return () => setup[Symbol.asyncDispose]();
});

/** Draws the lower right corner of the frame, by shares of what it is now. */
async function resizeFrame(page: Page, to: readonly [number, number]): Promise<void> {
  await page.getByRole('button', { name: 'Frame', exact: true }).click();
  await draw(page, [1, 1], to);
  await button(page, 'Show the frame').click();
}

const choose = async (page: Page, layer: string, act: string) => {
  await page.locator('.canvas-layer-name', { hasText: layer }).click();
  await button(page, act === 'Delete' ? `More for ${layer}` : 'Use the layer').click();
  await page.getByRole('menuitem', { name: act }).click();
};

test('a portrait gets another background and is extended to 16:9, and its face stays', async () => {
  const { page } = await setup.openSignedIn('/canvas');
  await resizeFrame(page, [0.5625, 0.5625]);
  await isWay(page, 'text2img');
  await promptField(page).fill('a portrait of a lighthouse keeper');
  await makeAndAccept(page);
  const portrait = await readFrame(page);
  expect(portrait).toMatchObject({ width: 576, height: 576 });
  // All but what the face takes.
  await button(page, 'Select a rectangle').click();
  await draw(page, [-0.02, -0.02], [1.02, 1.02]);
  await page.getByRole('radio', { name: 'Subtract from selection' }).check({ force: true });
  await draw(page, [0.3, 0.2], [0.7, 0.9]);
  await button(page, 'Selection').click();
  await page.getByRole('menuitem', { name: 'Make a mask' }).click();
  await button(page, 'Deselect').click();
  await isWay(page, 'inpaint');
  await promptField(page).fill('a stormy sea behind him');
  await makeAndAccept(page);
  await button(page, 'Hide Mask').click();
  const before = await readFrame(page);
  await resizeFrame(page, [16 / 9, 1]);
  await isWay(page, 'outpaint');
  await makeAndAccept(page);
  const wide = await readFrame(page);
  expect(wide).toMatchObject({ width: 1_024, height: 576 });
  const changed = { face: 0, background: 0, extended: 0 };
  for (let y = 0; y < 576; y++)
    for (let x = 0; x < 576; x++) {
      const isFace = x > 0.31 * 576 && x < 0.69 * 576 && y > 0.21 * 576 && y < 0.89 * 576;
      for (let part = 0; part < 4; part++) {
        const [first, second] = [
          portrait.bytes[(y * 576 + x) * 4 + part],
          before.bytes[(y * 576 + x) * 4 + part],
        ];
        if (first !== second) changed[isFace ? 'face' : 'background'] += 1;
        if (second !== wide.bytes[(y * 1_024 + x) * 4 + part]) changed.extended += 1;
      }
    }
  expect(changed).toEqual({ face: 0, background: expect.toSatisfy((count) => count > 100_000), extended: 0 });
  expect(wide.bytes.filter((_, at) => at % 4 === 3).every((alpha) => alpha === 255)).toBe(true);
});

test('a sketch becomes a landscape by its lines and a reference', async () => {
  const { page } = await setup.openSignedIn('/canvas');
  await resizeFrame(page, [0.5625, 0.5625]);
  await promptField(page).fill('alps in the evening');
  await makeAndAccept(page);
  await choose(page, 'Result 1', 'Use as a reference');
  await choose(page, 'Result 1', 'Delete');
  await page.locator('.canvas-layer-name', { hasText: 'Layer 1' }).click();
  await page.getByRole('button', { name: 'Brush', exact: true }).click();
  for (const [from, to] of [
    [
      [0.05, 0.7],
      [0.35, 0.3],
    ],
    [
      [0.35, 0.3],
      [0.6, 0.7],
    ],
    [
      [0.5, 0.55],
      [0.75, 0.35],
    ],
    [
      [0.75, 0.35],
      [0.95, 0.7],
    ],
  ] as const)
    await draw(page, from, to);
  await choose(page, 'Layer 1', 'Follow its lines');
  await expect.poll(() => layerNames(page)).toEqual(['Lines', 'Reference', 'Layer 1']);
  await button(page, 'Hide Reference').click();
  await isWay(page, 'control');
  await button(page, 'Show Reference').click();
  await isWay(page, 'edit');
  await promptField(page).fill('a landscape like picture 2');
  // Two pictures cost more than one, and that is said before.
  const told = page.locator('.create-price:not(.create-price-old)');
  await expect.poll(() => told.textContent()).toContain('3');
  const task = page.waitForResponse((answer) => answer.url().endsWith('/generate/flux2-klein-edit'));
  await makeAndAccept(page);
  expect((await (await task).json()).cost).toBe(3);
  await button(page, 'Hide Lines').click();
  await button(page, 'Hide Reference').click();
  const made = await readFrame(page);
  await choose(page, 'Result', 'Adjust colours');
  await page.getByRole('slider', { name: 'Brightness' }).fill('1');
  await expect.poll(async () => (await readFrame(page)).bytes.every((value) => value === 255)).toBe(true);
  await button(page, 'Cancel').click();
  expect(Buffer.from((await readFrame(page)).bytes).equals(Buffer.from(made.bytes))).toBe(true);
  await choose(page, 'Result', 'Enlarge twice');
  await button(page, 'Accept').click();
  await expect.poll(() => layerNames(page)).toHaveLength(5);
  await button(page, 'Move the layer').click();
  const box = await page.locator('.canvas-layer-box').boundingBox();
  const frame = await page.locator('.canvas-frame').boundingBox();
  expect((box?.width ?? 0) / (frame?.width ?? 1)).toBeCloseTo(2, 1);
  expect(made.bytes.filter((_, at) => at % 4 === 3).every((alpha) => alpha === 255)).toBe(true);
});

test('axe finds nothing serious while one selects, moves, writes and changes colours', async () => {
  const { page } = await setup.openSignedIn('/canvas');
  await draw(page, [0.2, 0.2], [0.8, 0.6]);
  await button(page, 'Select by colour').click();
  await page.getByRole('application').focus();
  await page.keyboard.press('ControlOrMeta+a');
  await button(page, 'Selection').waitFor();
  expect(await findFaults(page)).toEqual([]);
  await choose(page, 'Layer 1', 'Adjust colours');
  await button(page, 'New text').click();
  await page.getByRole('textbox', { name: 'Words' }).waitFor();
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await findFaults(page)).toEqual([]);
});
