import { type RunningPlatform, startPlatform } from '@star-graph/api/testing/servers/runningPlatform';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import { type ElementHandle, launch, type Page } from 'puppeteer-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

const parts = new AsyncDisposableStack();
let platform: RunningPlatform;
let page: Page;
let token: string;
beforeAll(async () => {
  platform = parts.use(await startPlatform({ isDrawing: true }));
  const browser = await launch({
    browser: 'firefox',
    // Where Debian's package puts it; the test runner installs what is missing.
    executablePath: '/usr/bin/firefox-esr',
    defaultViewport: { width: 1280, height: 800 },
    extraPrefsFirefox: { 'intl.accept_languages': 'en', 'ui.prefersReducedMotion': 1 },
  });
  parts.defer(() => browser.close());
  const person = await platform.signUp();
  token = person.accessToken;
  page = await browser.newPage();
  await page.goto(platform.url);
  await write('input[autocomplete^=username]', person.username);
  await write('input[type=password]', person.password);
  await press('button[type=submit]');
  await find('nav.rail');
});
afterAll(() => parts.disposeAsync());

/** Not by puppeteer's locators, which run text as code: the page's policy forbids that. */
async function find(selector: string): Promise<ElementHandle> {
  const found = await page.waitForSelector(selector, { visible: true });
  if (!found) throw new Error(`${selector} is not there`);
  return found;
}
const press = async (selector: string): Promise<void> => (await find(selector)).click();
/** In place of what is there, selected by the keyboard: not every Firefox selects by a triple click. */
async function write(selector: string, text: string): Promise<void> {
  await press(selector);
  await page.keyboard.down('Control');
  await page.keyboard.press('a');
  await page.keyboard.up('Control');
  await page.keyboard.type(text);
}

const listTasks = async (): Promise<TaskView[]> =>
  (await platform.api.call('/api/v1/tasks', { token })).body.items;

/** Until so many results are there, and the newest is drawn. */
async function awaitResults(count: number): Promise<void> {
  const readResults = () =>
    page.$$eval('.result[data-kind="result"]', (results) => [
      results.length,
      (results[0]?.querySelector<HTMLImageElement>('img')?.naturalWidth ?? 0) > 0,
    ]);
  await expect.poll(readResults).toEqual([count, true]);
}

/** As a hand does it: across the middle of the picture. */
async function paintAcross(selector: string): Promise<void> {
  const stage = await find(selector);
  const box = await stage.boundingBox();
  if (!box) throw new Error('the picture is not shown');
  await page.mouse.move(box.x + box.width * 0.4, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.6, box.y + box.height / 2, { steps: 5 });
  await page.mouse.up();
}

test('Firefox makes a picture, seen as it comes', async () => {
  await write('textarea[name="prompt"]', 'A lighthouse over the sea');
  await press('.create-button:enabled');
  await awaitResults(1);
  expect(await listTasks()).toMatchObject([
    { status: 'succeeded', params: { prompt: 'A lighthouse over the sea' } },
  ]);
});

test('Firefox paints a mask on the picture and repaints that part', async () => {
  await press('.stage-tool ::-p-text(Redraw)');
  await paintAcross('.sg-mask-layer');
  await write('textarea[name="prompt"]', 'A small boat');
  await press('.create-button:enabled');
  await awaitResults(2);
  const [repainted, made] = await listTasks();
  expect(repainted).toMatchObject({
    workflow: { name: 'inpaint' },
    status: 'succeeded',
    params: { prompt: 'A small boat', image: made?.outputs[0]?.id, mask: expect.any(String) },
  });
});

test('Firefox shares a picture of the gallery by a link that anybody may open', async () => {
  await page.goto(`${platform.url}/gallery`);
  await press('.tile-link');
  await press('::-p-aria([name="Share"][role="button"])');
  await press('::-p-aria([name="Create link"][role="button"])');
  const link = await find('.share input[readonly]');
  const address = await link.evaluate((input) => (input as HTMLInputElement).value);
  const stranger = await (await page.browser().createBrowserContext()).newPage();
  await stranger.goto(address);
  await expect.poll(() => stranger.$eval('img', ({ naturalWidth }) => naturalWidth)).toBeGreaterThan(0);
});
