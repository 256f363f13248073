import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

/** More is no way for a person. */
const mostSteps = 60;

/** Goes on by Tab until the element has the focus; back by Shift and Tab where that is the way. */
export async function tabTo(target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  const one = target.first();
  await one.waitFor({ state: 'attached' });
  const hasFocus = () => one.evaluate((element) => element === document.activeElement);
  for (let steps = 0; !(await hasFocus()); steps++) {
    if (steps === mostSteps) throw new Error(`no way by ${key} to ${target}`);
    await target.page().keyboard.press(key);
  }
}

/** Where it is drawn anew just then, the key goes to the one that stands there now, as a second press would. */
export async function pressOn(target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  await tabTo(target, key);
  await target.first().press('Enter');
}

/** Opens the menu and goes down to the entry. */
export async function chooseFrom(menu: Locator, entry: RegExp): Promise<void> {
  await pressOn(menu);
  const page = menu.page();
  await page.getByRole('menuitem', { name: entry }).waitFor();
  const active = page.locator('[role=menuitem][data-highlighted]');
  await expect
    .poll(async () => {
      const words = (await active.count()) === 1 ? await active.textContent() : '';
      if (entry.test(words ?? '')) return true;
      await page.keyboard.press('ArrowDown');
      return false;
    })
    .toBe(true);
  await page.keyboard.press('Enter');
}

/** By the palette: types the words and takes the entry that they lead to. */
export async function goByPalette(page: Page, words: string, entry: RegExp): Promise<void> {
  await page.keyboard.press('Control+k');
  const field = page.getByRole('dialog').getByRole('combobox');
  await expect.poll(() => field.evaluate((element) => element === document.activeElement)).toBe(true);
  await page.keyboard.type(words);
  const active = page.locator('.palette-list [role=option][data-highlighted]');
  await expect
    .poll(async () => ((await active.count()) === 1 ? await active.textContent() : ''))
    .toMatch(entry);
  await page.keyboard.press('Enter');
  await field.waitFor({ state: 'detached' });
}

/** Runs in the page. Presses a key in the moment in which the element comes, as a quick hand may. */
export function pressWhenSeen({
  selector,
  key,
}: {
  selector: string;
  key: KeyboardEventInit;
}): Promise<void> {
  return new Promise((resolve) => {
    const watch = new MutationObserver(() => {
      if (!document.querySelector(selector)) return;
      watch.disconnect();
      const options = { ...key, bubbles: true, cancelable: true };
      document.body.dispatchEvent(new KeyboardEvent('keydown', options));
      resolve();
    });
    watch.observe(document.body, { childList: true, subtree: true });
  });
}
