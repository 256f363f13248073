import { expect, test } from 'vitest';
import {
  button,
  draw,
  isSaved,
  isWay,
  layerNames,
  makeAndAccept,
  promptField,
  readFrame,
} from './canvasHand.ts';
import { sharedConsole } from './sharedConsole.ts';

const setup = sharedConsole();

test('a picture is made, redrawn under a mask that goes with its step, and found again after a reload', async () => {
  const { page } = await setup.openSignedIn('/canvas');
  await isWay(page, 'text2img');
  await promptField(page).fill('a lighthouse at dawn');
  await makeAndAccept(page);
  await isWay(page, 'img2img');
  await draw(page, [0.35, 0.3], [0.5, 0.3]);
  const made = await readFrame(page);
  await button(page, 'New mask: paint the area to redraw').click();
  await draw(page, [0.3, 0.3], [0.6, 0.3]);
  await isWay(page, 'inpaint');
  await makeAndAccept(page);
  await button(page, 'Show Mask').waitFor();
  await page.getByRole('toolbar', { name: 'Tools' }).getByRole('button', { name: 'Undo' }).click();
  await button(page, 'Hide Mask').waitFor();
  expect(await layerNames(page)).not.toContain('Result 2');
  await page.getByRole('toolbar', { name: 'Tools' }).getByRole('button', { name: 'Redo' }).click();
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
  await expect.poll(() => layerNames(page)).toEqual(names);
  expect(await promptField(page).inputValue()).toBe('a lighthouse at dawn');
  expect(Buffer.from((await readFrame(page)).bytes).equals(Buffer.from(redrawn.bytes))).toBe(true);
});
