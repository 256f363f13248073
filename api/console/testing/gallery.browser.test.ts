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
