import type { Frame, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type AcquisitionRow, acquisitionTable, svgSidePx } from './acquisitionTable.ts';
import { capture } from './browsers/capture.ts';
import { clickMenu, pressShortcut, type WithChrome } from './browsers/chromium.ts';
import { hasChromium } from './browsers/programs.ts';
import { createExtensionSetup, type ExtensionSetup } from './extensionSetup.ts';
import { describeSent, documentation, withFound } from './kindsFound.ts';
import {
  boxesInOverlay,
  countInOverlay,
  coverOverlay,
  hasClassInOverlay,
  pressInOverlay,
  readOverlay,
} from './pages/overlayProbe.ts';
import { drawPicture } from './pages/pictures.ts';
import { shownPixelWidth } from './pages/shownPixels.ts';

describe.skipIf(!hasChromium)('reads a picture', () => {
  let setup: ExtensionSetup;

  beforeAll(async () => {
    setup = await createExtensionSetup({ isDrawing: true });
    const settings = { isMenuOnPages: true, svgLongestSidePx: svgSidePx };
    const worker = await setup.browser.worker();
    await worker.evaluate(
      (value) => (globalThis as unknown as WithChrome).chrome.storage.local.set({ settings: value }),
      settings,
    );
    const listScripts = () =>
      worker.evaluate(() =>
        (globalThis as unknown as WithChrome).chrome.scripting.getRegisteredContentScripts(),
      );
    await vi.waitFor(async () => expect(await listScripts()).toHaveLength(1));
  });
  afterAll(() => setup?.[Symbol.asyncDispose]());
  afterEach(() => setup?.platform.letGo());

  const call = (path: string) => setup.platform.api.call(path, { token: setup.person.accessToken });
  const findTaskOf = async (page: Page) =>
    (await call('/api/v1/tasks?limit=100')).body.items.find(
      (task: { meta: { sourceUrl?: string } }) => task.meta.sourceUrl === page.url(),
    );
  const countTasks = async () => (await call('/api/v1/tasks?limit=100')).body.items.length;
  const findInput = async (page: Page) =>
    (await call(`/api/v1/assets/${(await findTaskOf(page)).params.image}`)).body;
  const downloadInput = async (page: Page) =>
    Buffer.from(await (await fetch((await findInput(page)).url)).arrayBuffer());

  const findFrame = (page: Page, path: string): Frame => {
    const frame = page.frames().find((one) => one.url().endsWith(path));
    if (!frame) throw new Error(`the page has no frame ${path}`);
    return frame;
  };
  /** The address of what the first image shows; empty when it shows nothing. */
  const shownNow = (place: Frame) =>
    place
      .locator('img')
      .first()
      .evaluate((picture) => {
        const { naturalWidth, currentSrc } = picture as HTMLImageElement;
        return naturalWidth > 0 ? currentSrc : '';
      });

  /** Dispatches a menu event in the page, without opening the browser's menu. */
  async function openMenuOn(page: Page, selector: string): Promise<void> {
    await page.evaluate(() => addEventListener('contextmenu', (event) => event.preventDefault()));
    await page.click(selector, { button: 'right' });
  }

  /** Goes to the page and asks for its picture as the row says. */
  async function choose(row: Pick<AcquisitionRow, 'path' | 'srcPath' | 'frame'>, menuItemId = 'upscale2') {
    const { browser, pages } = setup;
    const page = await browser.context.newPage();
    await page.goto(pages.pageUrl(row.path));
    const frame = row.frame ? findFrame(page, row.frame) : page.mainFrame();
    if (row.frame) await frame.locator('#picture').waitFor();
    let srcUrl: string | undefined;
    if (row.srcPath === 'shown') {
      await expect.poll(() => frame.locator('#picture').getAttribute('src')).toBeTruthy();
      srcUrl = new URL((await frame.locator('#picture').getAttribute('src')) ?? '', frame.url()).href;
    } else if (row.srcPath) srcUrl = `${pages.imageOrigin}${row.srcPath}`;
    else await openMenuOn(page, '#picture');
    const shownBefore = (await frame.locator('img').count()) > 0 ? await shownNow(frame) : '';
    const frameUrl = row.frame ? frame.url() : undefined;
    await clickMenu(browser, { page, menuItemId, srcUrl, frameUrl });
    return { page, shownBefore };
  }

  const found = new Map<string, string>();
  test.each(Object.entries(acquisitionTable))('%s', async (kind, row) => {
    const { pages } = setup;
    const { page, shownBefore } = await choose(row);
    await expect.poll(async () => (await findTaskOf(page))?.status).toBe('succeeded');

    const task = await findTaskOf(page);
    const input = await findInput(page);
    const isFile = row.bytesOf !== undefined && input.sha256 === pages.sha256(row.bytesOf);
    found.set(kind, describeSent(isFile, ''));
    if (row.bytesOf) expect(input.sha256).toBe(pages.sha256(row.bytesOf));
    if (row.pixels) expect([input.width, input.height]).toEqual(row.pixels);
    expect(task.outputs[0]).toMatchObject({ width: 2 * input.width, height: 2 * input.height });

    const place = row.frame ? findFrame(page, row.frame) : page.mainFrame();
    // A closed root is closed to the test as well.
    const hasImage = (await place.locator('img').count()) > 0;
    if (hasImage && row.placing === 'inPage') await expect.poll(() => shownNow(place)).toMatch(/^blob:/);
    if (row.frame === undefined) {
      await expect.poll(() => readOverlay(page)).toContain('Show original');
      const said = await readOverlay(page);
      found.set(kind, describeSent(isFile, said));
      if (row.note) expect(said).toContain(row.note);
      else expect(said).not.toContain('pixels used');
    }
    if (hasImage) expect((await shownNow(place)) === shownBefore).toBe(row.placing === 'layer');
    await page.close();
  });

  test('as the documentation says, kind by kind', async () => {
    expect([...found.keys()]).toEqual(Object.keys(acquisitionTable));
    await expect(await withFound('Chromium', found)).toMatchFileSnapshot(documentation);
  });

  test("of 8k shrunk to the server's limit, and says so", async () => {
    const { page } = await choose({ path: '/huge', srcPath: 'shown' }, 'upscale4');
    const { body: balance } = await call('/api/v1/users/balance');
    await expect
      .poll(() => readOverlay(page))
      .toContain(`you have ${balance.available.toLocaleString('en')}`);
    const question = await readOverlay(page);
    expect(question).toContain('Shrunk to the largest size');
    const cost = Number(/Credits: (\d+)/.exec(question)?.[1]);
    expect(cost).toBeGreaterThan(5);
    await capture(page, 'price', { width: 370, height: 230 });
    await pressInOverlay(page, 'Cancel');
    await expect.poll(() => readOverlay(page)).toContain('Cancelled. Nothing was charged.');
    expect(await findTaskOf(page)).toBeUndefined();

    await pressInOverlay(page, 'Try again');
    await expect
      .poll(() => readOverlay(page))
      .toContain(`you have ${balance.available.toLocaleString('en')}`);
    setup.platform.hold();
    await pressInOverlay(page, `Go ahead · ${cost} ★`);
    await expect.poll(() => findTaskOf(page)).toMatchObject({ cost });
    const { width, height } = await findInput(page);
    expect(width / height).toBeCloseTo(16 / 9, 2);
    expect(Math.max(width, height)).toBeLessThanOrEqual(4_096);
    expect(width * height).toBeGreaterThan(8_000_000);
    await pressInOverlay(page, 'Cancel');
    await expect.poll(async () => (await findTaskOf(page)).status).toBe('cancelled');
    await page.close();
  });

  test.each<[string, Pick<AcquisitionRow, 'path' | 'srcPath' | 'frame'>]>([
    ['of a page', { path: '/once', srcPath: 'shown' }],
    [
      'of a frame, where it stands in the page',
      { path: '/once-frame', frame: '/once-inside', srcPath: '/once-inside.jpg' },
    ],
  ])('by the screen as a last resort: %s, without our own marks', async (_, row) => {
    const { page } = await choose(row);
    await expect.poll(async () => (await findTaskOf(page))?.status).toBe('succeeded');
    const shot = await sharp(await downloadInput(page))
      .resize(160, 120)
      .removeAlpha()
      .raw()
      .toBuffer();
    const drawn = await drawPicture(160, 120).raw().toBuffer();
    const differences = shot.map((value, index) => Math.abs(value - (drawn[index] ?? 0)));
    const mean = differences.reduce((sum, value) => sum + value, 0) / differences.length;
    expect(mean).toBeLessThan(4);
    await page.close();
  });

  test('under the pointer even where the page cancels and covers', async () => {
    const { browser, pages } = setup;
    const page = await browser.context.newPage();
    await page.goto(pages.pageUrl('/no-menu'));
    await page.hover('#cover');
    await pressShortcut(browser, page);
    await expect.poll(() => shownPixelWidth(page.locator('#picture'))).toBe(320);
    expect((await findInput(page)).sha256).toBe(pages.sha256('/plain.jpg'));
    await page.close();
  });

  test('that the person chooses, and none before, where several fit', async () => {
    const { browser, pages } = setup;
    const page = await browser.context.newPage();
    await page.goto(pages.pageUrl('/tiles'));
    const tasksBefore = await countTasks();
    // The pointer is where the menu's item was: over another picture.
    await page.hover('#tile3');
    await clickMenu(browser, { page, menuItemId: 'upscale2' });
    await expect.poll(() => readOverlay(page)).toContain('Which picture?');
    await page.keyboard.press('Escape');
    await expect.poll(() => readOverlay(page)).toBe('');

    await clickMenu(browser, { page, menuItemId: 'upscale2' });
    await expect.poll(() => readOverlay(page)).toContain('Which picture?');
    expect(await countInOverlay(page, 'BUTTON')).toBe(48 + 1);
    await capture(page, 'offer', { width: 1000, height: 430 });
    // A script of the page presses nothing there.
    await page.evaluate(() => document.elementFromPoint(100, 100)?.dispatchEvent(new MouseEvent('click')));
    expect(await findTaskOf(page)).toBeUndefined();
    // Bright once the person could see it for long enough.
    const isDim = (number: number) => () => hasClassInOverlay(page, `Picture ${number + 1}`, 'dim');
    await expect.poll(isDim(13)).toBe(false);
    // The bar of the question takes that away from the pictures under it, and from none beside it.
    const [bar] = await boxesInOverlay(page, 'bar');
    if (!bar) throw new Error('the offer has no bar');
    const bottom = page.viewportSize()?.height ?? 0;
    const isUnderBar = (box: typeof bar) =>
      box.left < bar.right && box.right > bar.left && box.top < bar.bottom && box.bottom > bar.top;
    const dimBesideBar = async () =>
      (await boxesInOverlay(page, 'dim')).filter((box) => box.top < bottom && !isUnderBar(box));
    await expect.poll(dimBesideBar).toEqual([]);

    // A choice that the page has covered waits for a yes in a window of ours.
    const uncover = await coverOverlay(page);
    await expect.poll(isDim(13)).toBe(true);
    const opening = browser.context.waitForEvent('page');
    await page.locator('#tile13').click({ force: true });
    const form = await opening;
    await form.getByRole('button', { name: 'Run' }).waitFor();
    expect(await findTaskOf(page)).toBeUndefined();
    const closed = form.waitForEvent('close');
    await form.getByRole('button', { name: 'Cancel' }).click();
    await closed;
    await uncover();
    await pressInOverlay(page, 'Close');

    await clickMenu(browser, { page, menuItemId: 'upscale2' });
    await expect.poll(() => readOverlay(page)).toContain('Which picture?');
    await expect.poll(isDim(14)).toBe(false);
    await page.locator('#tile14').click({ force: true });
    await expect.poll(async () => (await findTaskOf(page))?.status).toBe('succeeded');
    expect((await findInput(page)).width).toBe(24 + 14);
    expect(await readOverlay(page)).not.toContain('Which picture?');
    expect(await countTasks()).toBe(tasksBefore + 1);
    await page.close();
  });

  test.each([
    ['is missing', '/missing', 'The site answers 404'],
    ['is words in truth', '/words', 'There is no picture at this address'],
  ])('or says why not, where it %s, and starts nothing', async (_, path, sentence) => {
    const { page } = await choose({ path, srcPath: 'shown' });
    await expect.poll(() => readOverlay(page)).toContain(sentence);
    expect(await findTaskOf(page)).toBeUndefined();
    await pressInOverlay(page, 'Close');
    await expect.poll(() => readOverlay(page)).toBe('');
    await page.close();
  });

  test('or says why not, in a foreign frame at an unknown place', async () => {
    const { page } = await choose({
      path: '/foreign-once',
      frame: '/once-foreign',
      srcPath: '/once-foreign.jpg',
    });
    const inside = findFrame(page, '/once-foreign');
    await expect.poll(() => readOverlay(inside)).toContain('This picture cannot be read');
    expect(await findTaskOf(page)).toBeUndefined();
    await page.close();
  });

  test('never of another tab that came in front meanwhile', async () => {
    const { browser, pages } = setup;
    const page = await browser.context.newPage();
    await page.goto(`${pages.pageUrl('/tainted')}?behind`);
    await openMenuOn(page, '#picture');
    const other = await browser.context.newPage();
    await other.bringToFront();
    await clickMenu(browser, { page, menuItemId: 'upscale2' });
    await expect.poll(() => readOverlay(page)).toContain('This picture cannot be read');
    expect(await findTaskOf(page)).toBeUndefined();
    await other.close();
    await page.close();
  });
});
