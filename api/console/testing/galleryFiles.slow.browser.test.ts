import { untilAnswered, untilCount } from '@star-graph/api/testing/calls/pageWaits';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { galleryFixture } from './galleryFixture.ts';
import { pressWhenSeen } from './keyboardHand.ts';

const gallery = galleryFixture();
const { listed, openGallery, tiles } = gallery;
const shownIds = (page: Page) =>
  tiles(page).evaluateAll((all) => all.map((tile) => tile.getAttribute('data-asset')));

/** @returns whether the page has taken the drop, so that the browser stays on it. */
async function dropFiles(): Promise<boolean> {
  const files = new DataTransfer();
  for (const [name, colour] of Object.entries({ 'a.png': 'red', 'b.png': 'blue' })) {
    const canvas = new OffscreenCanvas(48, 32);
    const context = canvas.getContext('2d');
    if (context) context.fillStyle = colour;
    context?.fillRect(0, 0, 48, 32);
    files.items.add(
      new File([await canvas.convertToBlob({ type: 'image/png' })], name, { type: 'image/png' }),
    );
  }
  for (const name of ['one.heic', 'notes.txt', 'two.heic']) files.items.add(new File(['x'], name));
  const drop = new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: files });
  return !document.querySelector('main')?.dispatchEvent(drop);
}

test('what is deleted can be taken back to its place', async () => {
  const { page, token } = await openGallery();
  const before = (await listed(token)).map(({ id }) => id);
  await page.getByRole('link', { name: 'a lighthouse at dusk' }).click();
  const ids = async () => (await listed(token)).map(({ id }) => id);
  await untilAnswered(page, 'POST /api/v1/assets/deletions', () => page.locator('.detail').press('Delete'));
  expect(await ids()).toHaveLength(2);
  const undo = page.getByRole('button', { name: 'Undo' });
  await untilAnswered(page, 'POST /api/v1/assets/restorations', () => undo.click());
  expect(await ids()).toEqual(before);
  await untilCount(tiles(page), 3);
  expect(await shownIds(page)).toEqual(before);
});

test('Esc closes a picture from the moment in which it is seen', async () => {
  const { page, person } = await gallery.setup.openSignedIn('/queue');
  await gallery.upload(person.accessToken);
  await page.goto(`${gallery.setup.platform.url}/gallery`);
  await tiles(page).waitFor();
  const pressed = page.evaluate(pressWhenSeen, { selector: '.detail', key: { key: 'Escape' } });
  await tiles(page).locator('a').click();
  await pressed;
  await page.locator('.detail').waitFor({ state: 'detached' });
});

test('an upload tells the settings in its file, which fill the form, and no other is asked about', async () => {
  const { page, person } = await gallery.setup.openSignedIn('/queue');
  const refused: string[] = [];
  page.on('response', (answer) => answer.status() >= 400 && refused.push(answer.url()));
  const steps = 'Steps: 20, Sampler: Euler a, CFG scale: 7, Seed: 77, Size: 512x768, Model: elsewhere';
  const brought = await gallery.upload(person.accessToken, { parameters: `a harbour at dusk\n${steps}` });
  const silent = await gallery.upload(person.accessToken);
  await page.goto(`${gallery.setup.platform.url}/gallery/${silent}`);
  await page.getByText('PNG').waitFor();
  expect(await page.getByRole('link', { name: 'Use these settings' }).count()).toBe(0);
  await page.goto(`${gallery.setup.platform.url}/gallery/${brought}`);
  await page.getByText('a harbour at dusk').waitFor();
  await page.getByText('A1111').waitFor();
  await page.getByRole('link', { name: 'Use these settings' }).click();
  await expect.poll(() => page.getByLabel('Prompt', { exact: true }).inputValue()).toBe('a harbour at dusk');
  await page.getByText('The model “elsewhere” isn’t here').waitFor();
  expect(refused).toEqual([]);
});

test('files dropped anywhere are all added, each other type is refused with a sentence', async () => {
  const { page, token } = await openGallery();
  const isKept = await page.evaluate(dropFiles);
  expect(isKept, 'a browser leaves the page for a file that nobody takes').toBe(true);
  await page.getByText('Save them as JPEG first.').waitFor();
  await page.getByText('one.heic, two.heic').waitFor();
  await page.getByText('Only pictures (PNG, JPEG, WebP, GIF)').waitFor();
  await untilCount(tiles(page), 5);
  expect(await listed(token)).toHaveLength(5);
  // In every view, also where nothing is added.
  await page.goto(`${gallery.setup.platform.url}/queue`);
  await page.locator('main h1').waitFor();
  expect(await page.evaluate(dropFiles)).toBe(true);
});
