import { Asset } from '@star-graph/core/ground/db/models/asset';
import { newId } from '@star-graph/core/ground/runtime/ids';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { galleryFixture } from './galleryFixture.ts';

const gallery = galleryFixture();
const { tiles } = gallery;

const headings = (page: Page) => page.locator('.grid-month');

/** A person with an upload whose gallery is not yet open. */
async function signUp(options: object) {
  const { page, person } = await gallery.setup.openSignedIn('/queue', options);
  return { page, person, uploadId: await gallery.upload(person.accessToken) };
}

test('months have headings in the language and time zone of who looks', async () => {
  const { page, person, uploadId } = await signUp({ locale: 'zh-CN', timezoneId: 'Asia/Shanghai' });
  await gallery.call(person.accessToken, '/users/profile', { locale: 'zh-CN' }, 'PATCH');
  const at = (time: string) => ({ createdAt: new Date(time) });
  // Past midnight in Shanghai, and the day before in UTC.
  await gallery.copy(uploadId, [at('2026-08-31T16:30:00Z'), at('2026-08-31T15:30:00Z')]);
  await page.goto(`${gallery.setup.platform.url}/gallery`);
  await expect.poll(() => tiles(page).count()).toBe(3);
  const words = await headings(page).allTextContents();
  expect(words.slice(1)).toEqual(['2026年9月', '2026年8月']);
  await expect.poll(() => page.locator('.grid-row').count()).toBe(3);
});

test('the heading of the month in view stays, and moves nothing', async () => {
  const { page, uploadId } = await signUp({ locale: 'en' });
  const day = 86_400_000;
  const times = Array.from({ length: 90 }, (_, index) => new Date(Date.UTC(2026, 6, 28, 12) - index * day));
  const ids = await gallery.copy(
    uploadId,
    times.map((createdAt) => ({ createdAt, width: 600, height: 400 })),
  );
  await page.goto(`${gallery.setup.platform.url}/gallery`);
  const scroller = page.locator('.grid');
  await expect.poll(() => tiles(page).count()).toBeGreaterThan(10);
  const place = () =>
    page.locator(`[data-asset="${ids[8]}"]`).evaluate((tile) => tile.getBoundingClientRect().top);
  const total = () => scroller.evaluate((grid) => grid.scrollHeight);
  const [height, before] = [await total(), await place()];
  // Below the heading of July, which lies in the list at its place until then.
  await scroller.evaluate((grid) => grid.scrollTo(0, 420));
  const stuck = page.locator('.grid-month[data-stuck]');
  await expect.poll(() => stuck.textContent()).toBe('July 2026');
  const [gridTop, stuckTop] = [await scroller.boundingBox(), await stuck.boundingBox()].map((box) => box?.y);
  expect(stuckTop).toBe(gridTop);
  expect([await total(), await place()]).toEqual([height, before - 420]);
  await scroller.evaluate((grid) => grid.scrollTo(0, 0));
  await expect.poll(() => stuck.textContent()).not.toBe('July 2026');
  expect(await place()).toBe(before);
});

test('everything that was made of a picture can be reached', async () => {
  const { page, person, uploadId } = await signUp({ locale: 'en' });
  const { database } = gallery.setup.platform;
  await gallery.make(person.accessToken, 'a lighthouse');
  const count = async () => (await gallery.listed(person.accessToken)).length;
  await expect.poll(count).toBe(2);
  const { userId } = await Asset.query(database).findById(uploadId).throwIfNotFound();
  const made = await Asset.query(database).findOne({ userId, kind: 'output' }).throwIfNotFound();
  const task = await database('tasks')
    .where({ id: made.taskId ?? '' })
    .first();
  const images = JSON.stringify({ image: { assetId: uploadId } });
  const inserted: string[] = [];
  for (let index = 0; index < 30; index++) {
    const id = newId();
    await database('tasks').insert({ ...task, id, images });
    inserted.push(...(await gallery.copy(made.id, [{ taskId: id }])));
  }
  await page.goto(`${gallery.setup.platform.url}/gallery/${uploadId}`);
  const relatives = page.locator('.detail-relatives a');
  await expect.poll(() => relatives.count()).toBe(24);
  await page.getByRole('button', { name: 'Show more' }).click();
  await expect.poll(() => relatives.count()).toBe(30);
  await page.getByRole('button', { name: 'Show more' }).waitFor({ state: 'detached' });
  const links = await relatives.evaluateAll((all) => all.map((link) => link.getAttribute('href')));
  expect(links).toEqual(inserted.toReversed().map((id) => `/gallery/${id}`));
});

test('a month is gone to without what is newer, also with a filter', async () => {
  const { page, uploadId } = await signUp({ locale: 'en', timezoneId: 'America/New_York' });
  // By the clock of New York the first is of September.
  const times = ['2026-10-01T03:30:00Z', '2026-09-01T12:00:00Z', '2026-06-15T12:00:00Z'];
  const ids = await gallery.copy(
    uploadId,
    times.map((time) => ({ createdAt: new Date(time) })),
  );
  await page.goto(`${gallery.setup.platform.url}/gallery`);
  await expect.poll(() => tiles(page).count()).toBe(4);
  await page.getByRole('button', { name: 'Uploads' }).click();
  await page.getByRole('button', { name: 'Jump to a month' }).click();
  await page.getByRole('menuitemcheckbox', { name: 'September 2026' }).click();
  const shown = () => tiles(page).evaluateAll((all) => all.map((tile) => tile.getAttribute('data-asset')));
  await expect.poll(shown).toEqual(ids);
  expect(new URL(page.url()).search).toBe('?kind=input&until=2026-09');
  expect(await headings(page).allTextContents()).toEqual(['September 2026', 'June 2026']);
  await page.goBack();
  await expect.poll(() => tiles(page).count()).toBe(4);
});
