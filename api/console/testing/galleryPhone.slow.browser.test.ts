import type { CDPSession, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { phone } from './consoleSetup.ts';
import { galleryFixture } from './galleryFixture.ts';

const gallery = galleryFixture();
const { tiles } = gallery;

interface Point {
  x: number;
  y: number;
}

/** A finger on the glass. */
async function placeFinger(page: Page) {
  const session: CDPSession = await page.context().newCDPSession(page);
  const send = (type: 'touchStart' | 'touchMove' | 'touchEnd', touchPoints: Point[]) =>
    session.send('Input.dispatchTouchEvent', { type, touchPoints });
  const lift = () => send('touchEnd', []);
  return {
    touch: (at: Point) => send('touchStart', [at]),
    lift,
    async swipe(from: Point, by: Point) {
      await send('touchStart', [from]);
      for (const share of [0.25, 0.5, 0.75, 1])
        await send('touchMove', [{ x: from.x + by.x * share, y: from.y + by.y * share }]);
      await lift();
    },
  };
}

test('on a phone a long press begins to choose, and taps choose more', async () => {
  const { page } = await gallery.openGallery(phone);
  const finger = await placeFinger(page);
  const box = await tiles(page).first().boundingBox();
  if (!box) throw new Error('the first picture has no place');
  await finger.touch({ x: box.x + box.width / 2, y: box.y + box.height / 2 });
  const selection = page.getByLabel('Selection', { exact: true });
  await selection.getByText('1 selected').waitFor();
  await finger.lift();
  await tiles(page).nth(1).tap();
  await selection.getByText('2 selected').waitFor();
  expect(new URL(page.url()).pathname).toBe('/gallery');
  await selection.getByRole('button', { name: 'Clear selection' }).click();
  // A tap in the corner, where the mark was, opens the picture as anywhere else.
  await tiles(page)
    .first()
    .tap({ position: { x: 16, y: 16 } });
  await page.locator('.detail').waitFor();
});

test('on a phone swipes lead to the next picture, its details and back', async () => {
  const { page, token } = await gallery.openGallery(phone);
  const ids = (await gallery.listed(token)).map(({ id }) => id);
  const finger = await placeFinger(page);
  await tiles(page).first().tap();
  const isShown = async (id = '') =>
    await page.locator(`[data-detail="${id}"] .detail-picture img`).first().waitFor();
  const middle = { x: 200, y: 350 };
  await isShown(ids[0]);
  await finger.swipe(middle, { x: 120, y: 0 });
  await finger.swipe(middle, { x: -30, y: 0 });
  // Neither before the first, nor by a small move.
  await finger.swipe(middle, { x: -120, y: 10 });
  await isShown(ids[1]);
  await finger.swipe(middle, { x: 120, y: 0 });
  await isShown(ids[0]);
  await finger.swipe(middle, { x: 5, y: -120 });
  await page.locator('.detail-facts').waitFor();
  await finger.swipe({ x: 200, y: 120 }, { x: 0, y: 120 });
  await page.locator('.detail-facts').waitFor({ state: 'detached' });
  const tools = await page.locator('.detail-tools').boundingBox();
  const stage = await page.locator('.detail-stage').boundingBox();
  expect((tools?.y ?? 0) + (tools?.height ?? 0)).toBeCloseTo((stage?.y ?? 0) + (stage?.height ?? 0));
  await finger.swipe(middle, { x: 0, y: 120 });
  await page.locator('.detail').waitFor({ state: 'detached' });
  await expect.poll(() => new URL(page.url()).pathname).toBe('/gallery');
});
