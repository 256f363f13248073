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
  expect(faults.splice(0)).toEqual([]);
});

async function open(query: Record<string, string> = {}, options: { hasTouch?: boolean } = {}): Promise<Page> {
  const context = await served.browser.newContext({
    reducedMotion: 'reduce',
    viewport: { width: 900, height: 800 },
    ...options,
  });
  page = await context.newPage();
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  page.on('pageerror', (error) => faults.push(error.message));
  await page.goto(`${served.url}?${new URLSearchParams({ part: 'drawing', ...query })}`);
  await page.getByRole('slider').last().waitFor();
  return page;
}

const request = async () => JSON.parse((await page.locator('output').last().textContent()) ?? '{}');
const stage = () => page.getByRole('application');
const marked = () => page.getByText(/of the picture$/);

/** Takes a picture and opens the editor over it, by the keyboard alone. */
async function openEditor(): Promise<void> {
  await page.getByRole('button', { name: 'From the gallery' }).press('Enter');
  await page.getByRole('button', { name: /Paint the mask/ }).press('Enter');
  await stage().waitFor();
  await stage().focus();
}

test.each([
  ['light', 'en'],
  ['dark', 'zh-CN'],
])('axe finds nothing serious in form, cards and slider (%s, %s)', async (theme, language) => {
  await open({ theme, language });
  await page.locator('.sg-form-more').click();
  expect(await findFaults(page)).toEqual([]);
});

test('axe finds nothing serious in the mask editor', async () => {
  await open();
  await openEditor();
  expect(await findFaults(page)).toEqual([]);
});

test('a mask is painted by keys, sent at the picture’s size, and asked for', async () => {
  await open();
  await openEditor();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await marked().waitFor();
  await page.keyboard.press('z');
  await page.getByText('Nothing is painted yet').waitFor();
  await page.keyboard.press('Shift+Z');
  await marked().waitFor();
  await page.getByRole('button', { name: 'Use the mask' }).press('Enter');
  await expect.poll(async () => (await request()).mask).toBe('upload 960 × 640');
  expect((await request()).image).toBe('original');
});

test('what was painted is still there when the editor was closed by Esc', async () => {
  await open();
  await openEditor();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await marked().waitFor();
  await page.keyboard.press('Escape');
  await stage().waitFor({ state: 'detached' });
  await page.getByRole('button', { name: /Paint the mask/ }).press('Enter');
  await marked().waitFor();
});

test('two fingers zoom the picture, and paint nothing', async () => {
  await open({}, { hasTouch: true });
  await openEditor();
  const box = await stage().boundingBox();
  if (!box) throw new Error('the stage is not on screen');
  const session = await page.context().newCDPSession(page);
  const at = (id: number, x: number) => ({ id, x: box.x + x, y: box.y + 200 });
  const send = (type: 'touchStart' | 'touchMove' | 'touchEnd', touchPoints: ReturnType<typeof at>[]) =>
    session.send('Input.dispatchTouchEvent', { type, touchPoints });
  const width = () => page.locator('.sg-mask-layer').evaluate((layer) => layer.getBoundingClientRect().width);
  const before = await width();
  await send('touchStart', [at(1, 300)]);
  await send('touchStart', [at(1, 300), at(2, 400)]);
  await send('touchMove', [at(1, 250), at(2, 450)]);
  await send('touchEnd', []);
  await expect.poll(width).toBeGreaterThan(before * 1.5);
  await page.getByText('Nothing is painted yet').waitFor();
});

test('the slider between two pictures follows keys and pointer', async () => {
  await open();
  const slider = page.getByRole('slider', { name: /before/i });
  await slider.press('Home');
  expect(await slider.getAttribute('aria-valuenow')).toBe('0');
  await slider.press('Shift+ArrowRight');
  expect(await slider.getAttribute('aria-valuenow')).toBe('10');
  const box = await page.locator('.sg-compare').boundingBox();
  if (!box) throw new Error('the slider is not on screen');
  await page.mouse.click(box.x + box.width * 0.75, box.y + 10);
  await expect.poll(() => slider.getAttribute('aria-valuenow')).toBe('75');
});
