import { untilCount } from '@star-graph/api/testing/calls/pageWaits';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { galleryFixture } from './galleryFixture.ts';

const gallery = galleryFixture();
const { listed, openGallery, tiles } = gallery;
const shownIds = (page: Page) =>
  tiles(page).evaluateAll((all) => all.map((tile) => tile.getAttribute('data-asset')));

test('results of every door are seen, found by a word, and put in an order', async () => {
  const { page, token } = await openGallery();
  await page.getByRole('searchbox').fill('fox');
  await untilCount(tiles(page), 1);
  await page.getByRole('link', { name: 'a red fox in the snow' }).waitFor();
  expect(new URL(page.url()).search).toBe('?q=fox');
  await page.goBack();
  await untilCount(tiles(page), 3);
  await page.getByRole('button', { name: 'Sort: Newest first' }).click();
  await page.getByRole('menuitemcheckbox', { name: 'Oldest first' }).click();
  await expect.poll(() => shownIds(page)).toEqual((await listed(token)).map(({ id }) => id).toReversed());
  await page.getByRole('button', { name: 'Uploads' }).click();
  await untilCount(tiles(page), 1);
  expect(new URL(page.url()).search).toBe('?kind=input&sort=oldest');
});

test('a link shows a picture to a stranger until it is withdrawn', async () => {
  const { page } = await openGallery();
  await page.getByRole('link', { name: 'a red fox in the snow' }).click();
  await page.getByRole('button', { name: 'Share' }).click();
  await page.getByRole('button', { name: 'Create link' }).click();
  const url = await page.locator('.share input[readonly]').inputValue();
  const stranger = await gallery.setup.open('/queue');
  expect((await stranger.goto(url))?.status()).toBe(200);
  await expect
    .poll(() =>
      stranger
        .locator('img')
        .first()
        .evaluate((img: HTMLImageElement) => img.naturalWidth),
    )
    .toBeGreaterThan(0);
  await page.getByRole('button', { name: 'Revoke' }).click();
  await page.getByRole('button', { name: 'Revoke' }).waitFor({ state: 'detached' });
  expect((await stranger.goto(url))?.status()).toBe(404);
});

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
