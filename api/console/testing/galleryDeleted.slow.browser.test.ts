import { Asset } from '@star-graph/core/ground/db/models/asset';
import { expect, test } from 'vitest';
import { galleryFixture } from './galleryFixture.ts';

const gallery = galleryFixture();

test('what can be restored no more is said, and the rest is restored', async () => {
  const { page, token, uploadId } = await gallery.openGallery();
  const before = (await gallery.listed(token)).map(({ id }) => id);
  await gallery.call(token, '/assets/deletions', { ids: before });
  await page.goto(`${gallery.setup.platform.url}/gallery/deleted`);
  const deleted = page.locator('.deleted-tile');
  await expect.poll(() => deleted.count()).toBe(3);
  // Its day ends while it is looked at.
  await Asset.query(gallery.setup.platform.database)
    .findById(uploadId)
    .patch({ restorableUntil: new Date() });
  await page.getByRole('button', { name: 'Select all' }).click();
  await page.getByRole('button', { name: 'Restore' }).click();
  await page.getByText('1 picture can no longer be restored').waitFor();
  await page.getByText('2 pictures restored').waitFor();
  expect((await gallery.listed(token)).map(({ id }) => id)).toEqual(before.filter((id) => id !== uploadId));
});
