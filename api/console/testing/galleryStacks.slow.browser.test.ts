import { untilCount } from '@star-graph/api/testing/calls/pageWaits';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { galleryFixture } from './galleryFixture.ts';

const gallery = galleryFixture();
const { listed, openGallery, tiles } = gallery;
const shownIds = (page: Page) =>
  tiles(page).evaluateAll((all) => all.map((tile) => tile.getAttribute('data-asset')));

test('a picture and what was made of it are one tile that unfolds, and filters show each of them', async () => {
  const { page, token, uploadId } = await openGallery();
  const { body } = await gallery.call(token, '/generate/upscale', { image: uploadId });
  await gallery.setup.platform.untilEnded(token, body.id);
  const [enlarged] = await listed(token);
  await page.reload();
  const stack = page.getByRole('button', { name: 'Stack of 2' });
  await stack.waitFor();
  await untilCount(tiles(page), 3);
  expect(await shownIds(page)).not.toContain(uploadId);
  await stack.press('Enter');
  await untilCount(tiles(page), 4);
  expect((await shownIds(page)).slice(0, 2)).toEqual([enlarged?.id, uploadId]);
  await stack.press('Enter');
  await untilCount(tiles(page), 3);
  await page.getByRole('button', { name: 'Filters' }).click();
  await page.getByRole('combobox', { name: 'Shape' }).click();
  await page.getByRole('option', { name: 'Landscape' }).click();
  await untilCount(tiles(page), 2);
  expect(await shownIds(page)).toEqual([enlarged?.id, uploadId]);
  expect(new URL(page.url()).search).toBe('?shape=landscape');
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await untilCount(tiles(page), 3);
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'a red fox in the snow' }).click();
  await page.getByRole('textbox', { name: 'Add a tag' }).fill('Winter');
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: 'winter', exact: true }).click();
  await untilCount(tiles(page), 1);
  expect(new URL(page.url()).search).toBe('?tag=winter');
});
