import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { findFaults } from './findFaults.ts';
import { type ServedShowcase, serveShowcase } from './servedShowcase.ts';

let served: ServedShowcase;
let page: Page;
const faults: string[] = [];

beforeAll(async () => {
  served = await serveShowcase();
});

afterAll(() => served?.[Symbol.asyncDispose]());

afterEach(async () => {
  await page.context().close();
  // What the policy refused, and what failed, is said in the console.
  expect(faults.splice(0)).toEqual([]);
});

async function open(
  query: Record<string, string> = {},
  prepare: (page: Page) => Promise<unknown> = async () => {},
): Promise<Page> {
  // Axe measures colours: what is still fading in would be measured half way.
  const context = await served.browser.newContext({
    reducedMotion: 'reduce',
    viewport: { width: 1200, height: 900 },
  });
  page = await context.newPage();
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  page.on('pageerror', (error) => faults.push(error.message));
  await prepare(page);
  await page.goto(`${served.url}?${new URLSearchParams(query)}`);
  await page.getByRole('table', { name: 'People' }).waitFor();
  return page;
}

const button = (name: string) => page.getByRole('button', { name, exact: true });
/** What has the focus, by its name or its own words. */
const focused = () =>
  page.evaluate(() => {
    const element = document.activeElement;
    return element?.getAttribute('aria-label') ?? element?.textContent;
  });

/** A key that comes before the focus does goes to what had it. */
const waitForFocus = (role: string) =>
  expect.poll(() => page.evaluate(() => document.activeElement?.role)).toBe(role);
const highlighted = () => page.locator('[data-highlighted]').textContent();

test.each([
  ['light', 'en'],
  ['dark', 'en'],
  ['light', 'zh-CN'],
  ['dark', 'zh-CN'],
])('axe finds nothing serious in any component (%s, %s)', async (theme, language) => {
  await open({ theme, language });
  expect(await findFaults(page)).toEqual([]);
  await button('Dialog').click();
  await page.getByRole('dialog').waitFor();
  expect(await findFaults(page)).toEqual([]);
});

test('a dialog holds the focus, and Esc gives it back', async () => {
  await open();
  await button('Dialog').focus();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'Share this picture' }).waitFor();
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('INPUT');
  for (let step = 0; step < 8; step += 1) {
    await page.keyboard.press('Tab');
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.closest('[role="dialog"]') !== null))
      .toBe(true);
  }
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await expect.poll(focused).toBe('Dialog');
});

test('a select inside a dialog closes alone by Esc', async () => {
  await open();
  await button('Dialog').click();
  // It takes the focus once, a moment after it is there.
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('INPUT');
  const select = page.getByRole('combobox', { name: 'Door' });
  await select.click();
  await waitForFocus('listbox');
  await page.keyboard.press('Escape');
  await page.getByRole('listbox').waitFor({ state: 'detached' });
  expect(await page.getByRole('dialog').isVisible()).toBe(true);
});

test('arrows and Enter choose in a menu, which gives the focus back', async () => {
  await open();
  await button('More').focus();
  await page.keyboard.press('Enter');
  await waitForFocus('menu');
  await expect.poll(highlighted).toContain('Save');
  await page.keyboard.press('ArrowDown');
  await expect.poll(highlighted).toBe('Copy');
  await page.keyboard.press('Enter');
  await page.getByRole('menu').waitFor({ state: 'detached' });
  await expect.poll(() => page.getByRole('status').getByText('copied').count()).toBe(1);
  await expect.poll(focused).toBe('More');
});

test('a key that comes before a menu does opens it once it has come', async () => {
  const script = Promise.withResolvers<void>();
  await open({}, (fresh) =>
    fresh.route('**/MenuMachine*.js', async (route) => {
      await script.promise;
      await route.continue();
    }),
  );
  await button('More').focus();
  await page.keyboard.press('Enter');
  await expect.poll(() => button('More').getAttribute('aria-busy')).toBe('true');
  expect(await page.getByRole('menu').count()).toBe(0);
  script.resolve();
  await waitForFocus('menu');
  await expect.poll(highlighted).toContain('Save');
});

test('a menu that comes late opens over nobody who has gone on', async () => {
  const script = Promise.withResolvers<void>();
  await open({}, (fresh) =>
    fresh.route('**/MenuMachine*.js', async (route) => {
      await script.promise;
      await route.continue();
    }),
  );
  await button('More').click();
  await button('Dialog').focus();
  script.resolve();
  await expect.poll(() => button('More').getAttribute('data-state')).toBe('closed');
  expect(await page.getByRole('menu').count()).toBe(0);
  expect(await focused()).toBe('Dialog');
  await button('More').click();
  await page.getByRole('menu').waitFor();
});

test('a letter finds an option of a select, and Enter takes it', async () => {
  await open();
  const select = page.getByRole('combobox', { name: 'Model' });
  await select.focus();
  await page.keyboard.press('Enter');
  await waitForFocus('listbox');
  await page.keyboard.press('w');
  await expect.poll(highlighted).toContain('Wan 2.2');
  await page.keyboard.press('Enter');
  await expect.poll(() => select.textContent()).toBe('Wan 2.2');
});

test('a letter chooses in a select that is closed', async () => {
  await open();
  const select = page.getByRole('combobox', { name: 'Model' });
  await select.focus();
  await page.keyboard.press('w');
  await expect.poll(() => select.textContent()).toBe('Wan 2.2');
  expect(await page.getByRole('listbox').count()).toBe(0);
});

test('what is typed into a combobox finds and takes an option', async () => {
  await open();
  const combobox = page.getByRole('combobox', { name: 'LoRA' });
  await combobox.fill('detail');
  await expect.poll(() => page.getByRole('option').count()).toBe(1);
  await expect.poll(highlighted).toContain('Stable Diffusion XL');
  await page.keyboard.press('Enter');
  await expect.poll(() => combobox.inputValue()).toBe('Stable Diffusion XL');
});

test('a toast offers the way back, and is read aloud', async () => {
  await open();
  await button('Toast').click();
  await page.getByRole('region', { name: 'Notifications' }).getByText('Picture deleted').waitFor();
  await button('Undo').click();
  await expect.poll(() => page.getByText('undone').count()).toBe(1);
  await page.getByText('Picture deleted').waitFor({ state: 'detached' });
});

test('a row of a table opens by keyboard and sorts by its heads', async () => {
  await open();
  const table = page.getByRole('table', { name: 'People' });
  await table.getByRole('button', { name: 'Credits' }).press('Enter');
  await expect.poll(() => table.getByRole('row').nth(1).textContent()).toContain('A very long name');
  await table.getByRole('button', { name: 'grace' }).press('Enter');
  await expect.poll(() => table.locator('tr[data-open]').textContent()).toContain('grace');
});

test('arrow keys say the values of a graph, which its table has too', async () => {
  await open();
  const graph = page.getByRole('slider', { name: 'Balance' });
  await expect.poll(() => graph.locator('canvas').count()).toBe(1);
  await graph.focus();
  await graph.press('Home');
  await expect.poll(() => graph.getAttribute('aria-valuetext')).toBe('Nov 1, 2026, To spend 96 credits');
  await graph.press('ArrowRight');
  await expect.poll(() => graph.getAttribute('aria-valuetext')).toBe('Nov 2, 2026, To spend 89 credits');
  await expect.poll(() => graph.getByText('89 credits').isVisible()).toBe(true);
  const figure = page.getByRole('figure').filter({ has: graph });
  await figure.getByText('As a table').click();
  const row = figure.getByRole('row').filter({ hasText: 'Nov 2, 2026' });
  await expect.poll(() => row.textContent()).toContain('89 credits');
});
