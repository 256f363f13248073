import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { chooseFrom, pressOn, tabTo } from './keyboardHand.ts';

/** One way of using a page, so that the same walk is made by all of them. */
export interface Hand {
  press(target: Locator): Promise<void>;
  write(field: Locator, words: string): Promise<void>;
  choose(menu: Locator, entry: RegExp): Promise<void>;
  /** A stroke across the middle of what lies on the stage. */
  paint(page: Page): Promise<void>;
  /** The fourth of some numbers side by side. */
  takeFourth(numbers: Locator): Promise<void>;
}

const stage = (page: Page) => page.getByRole('application');

/** Once it stands still, which the pointer waits for. */
async function placeOfPicture(page: Page): Promise<{ from: [number, number]; to: [number, number] }> {
  await stage(page).hover();
  const box = await page.locator('.sg-mask-layer').boundingBox();
  if (!box) throw new Error('the picture is not shown');
  const at = (share: number): [number, number] => [box.x + box.width * share, box.y + box.height / 2];
  return { from: at(0.4), to: at(0.65) };
}

async function typeAnew(field: Locator, words: string): Promise<void> {
  const { keyboard } = field.page();
  await keyboard.press('Control+a');
  await keyboard.type(words);
}

export const mouse: Hand = {
  press: (target) => target.first().click(),
  async write(field, words) {
    await field.first().click();
    await typeAnew(field, words);
  },
  async choose(menu, entry) {
    await menu.click();
    await menu.page().getByRole('menuitem', { name: entry }).click();
  },
  async paint(page) {
    const { from, to } = await placeOfPicture(page);
    await page.mouse.move(...from);
    await page.mouse.down();
    await page.mouse.move(...to, { steps: 5 });
    await page.mouse.up();
  },
  takeFourth: (numbers) => numbers.getByText('4', { exact: true }).click(),
};

export const finger: Hand = {
  press: (target) => target.first().tap(),
  async write(field, words) {
    await field.first().tap();
    await expect.poll(() => field.first().evaluate((one) => one === document.activeElement)).toBe(true);
    await typeAnew(field, words);
  },
  async choose(menu, entry) {
    await menu.tap();
    await menu.page().getByRole('menuitem', { name: entry }).tap();
  },
  async paint(page) {
    const { from, to } = await placeOfPicture(page);
    const session = await page.context().newCDPSession(page);
    // A finger that leaves in full speed flicks, and what is touched next only stops it: this one rests before it leaves.
    let timestamp = Date.now() / 1000 - 1;
    const send = (type: 'touchStart' | 'touchMove' | 'touchEnd', ...points: [number, number][]) => {
      timestamp += 0.2;
      const touchPoints = points.map(([x, y]) => ({ x, y }));
      return session.send('Input.dispatchTouchEvent', { type, touchPoints, timestamp });
    };
    await send('touchStart', from);
    await send('touchMove', [(from[0] + to[0]) / 2, from[1]]);
    await send('touchMove', to);
    await send('touchMove', to);
    await send('touchEnd');
  },
  takeFourth: (numbers) => numbers.getByText('4', { exact: true }).tap(),
};

export const keys: Hand = {
  press: (target) => pressOn(target),
  async write(field, words) {
    // A key may bring the focus to the field by itself.
    await tabTo(field, 'Shift+Tab');
    await typeAnew(field, words);
  },
  choose: chooseFrom,
  async paint(page) {
    // Where something is to be painted, there the focus is.
    await tabTo(stage(page));
    await page.keyboard.down('Enter');
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowDown', 'ArrowDown']) await page.keyboard.press(key);
    await page.keyboard.up('Enter');
  },
  async takeFourth(numbers) {
    await tabTo(numbers.getByRole('radio', { checked: true }));
    for (let step = 1; step < 4; step++) await numbers.page().keyboard.press('ArrowRight');
  },
};
