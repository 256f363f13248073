import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { capture, imagesDir } from './browsers/capture.ts';
import { clickMenu, type WithChrome } from './browsers/chromium.ts';
import { hasChromium } from './browsers/programs.ts';
import { createExtensionSetup, type ExtensionSetup, type ListedTask } from './extensionSetup.ts';
import {
  countInOverlay,
  findInOverlay,
  isReadyInOverlay,
  pressInOverlay,
  readOverlay,
  styleInOverlay,
} from './pages/overlayProbe.ts';
import { createResultPages, patience, type Site, startSite } from './pages/resultPages.ts';

describe.skipIf(!hasChromium)('a result in its place', () => {
  let setup: ExtensionSetup;
  let site: Site;
  beforeAll(async () => {
    site = await startSite();
    setup = await createExtensionSetup({ isDrawing: true });
    await setup.browser.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  });
  afterAll(async () => {
    await setup?.[Symbol.asyncDispose]();
    await site.stop();
  });

  const { visit, upscale, pixelWidth, shownUrl, describeTag, listTasks, plain } = createResultPages({
    setup: () => setup,
    site: () => site,
  });

  test('folds its tools to one button inside of the picture while nobody is there', async () => {
    const page = await visit(plain());
    const tag = await describeTag(page);
    await upscale(page);
    const widthPx = async () => Number.parseFloat((await styleInOverlay(page, 'tools')).width ?? '');
    const picture = await page.locator('#picture').boundingBox();
    if (!picture) throw new Error('the picture is not laid out');
    await page.mouse.move(picture.x + picture.width + 40, picture.y);
    await expect.poll(widthPx).toBeLessThan(40);
    expect(await pixelWidth(page)).toBe(80);
    await page.mouse.move(picture.x + 20, picture.y + 20);
    await expect.poll(widthPx).toBeGreaterThan(120);
    expect(await widthPx()).toBeLessThan(picture.width);
    await pressInOverlay(page, 'More');
    const { x, y } = await findInOverlay(page, 'More');
    expect(x).toBeLessThan(picture.x + picture.width);
    expect(y).toBeLessThan(picture.y + picture.height);
    await pressInOverlay(page, 'Show original');
    await expect.poll(() => describeTag(page)).toBe(tag);
    await pressInOverlay(page, 'Remove result');
    await expect.poll(() => readOverlay(page)).toBe('');
    expect(await describeTag(page)).toBe(tag);
    await page.close();
  });

  test('names what it enlarges: the result, or the original while viewed', async () => {
    const { platform } = setup;
    const page = await visit(plain());
    await upscale(page);
    const [first] = await listTasks();
    platform.hold();
    await pressInOverlay(page, 'Upscale result 2×');
    await expect.poll(() => readOverlay(page), patience).toContain('Made from the result shown here');
    platform.letGo();
    await expect.poll(() => pixelWidth(page), patience).toBe(160);
    expect((await listTasks())[0]).toMatchObject({
      params: { image: first.outputs[0].id },
      parentId: first.id,
    });
    await pressInOverlay(page, 'Show original');
    await pressInOverlay(page, 'Upscale original 2×');
    await expect.poll(async () => (await listTasks())[0].params.image, patience).toBe(first.params.image);
    await expect.poll(() => pixelWidth(page), patience).toBe(80);
    await page.close();
  });

  test('saves under the page’s name, copies, opens the full size, and continues', async () => {
    const page = await visit(plain());
    await upscale(page);
    const [task] = await listTasks();
    const download = page.waitForEvent('download');
    await pressInOverlay(page, 'Save');
    expect((await download).suggestedFilename()).toBe('small.png');
    const saved = await readFile(await (await download).path());
    expect(createHash('sha256').update(saved).digest('hex')).toBe(task.outputs[0].sha256);

    await page.bringToFront();
    await pressInOverlay(page, 'Copy');
    await expect.poll(() => readOverlay(page)).toContain('Copied');
    const types = await page.evaluate(async () =>
      (await navigator.clipboard.read()).flatMap((item) => item.types),
    );
    expect(types).toContain('image/png');

    const opened = setup.browser.context.waitForEvent('page');
    await pressInOverlay(page, 'Open full size');
    const full = await opened;
    await full.waitForURL((url) => url.pathname.includes(task.outputs[0].sha256));
    await full.close();

    await pressInOverlay(page, 'Upscale result 2×');
    await expect.poll(() => pixelWidth(page), patience).toBe(160);
    await expect.poll(async () => (await listTasks())[0].parentId).toBe(task.id);
    const form = setup.browser.context.waitForEvent('page');
    await expect.poll(() => readOverlay(page)).toContain('Picture to picture from result');
    await pressInOverlay(page, 'Picture to picture from result');
    await (await form).getByRole('button', { name: 'Run' }).waitFor();
    await (await form).close();
    await page.close();
  });

  test('makes a result again with another workflow, saying what it changes', async () => {
    const page = await visit(plain());
    await upscale(page);
    const [first] = await listTasks();
    const opened = setup.browser.context.waitForEvent('page');
    await pressInOverlay(page, 'Again with…');
    const form = await opened;
    await form.locator('[data-workflow="remove-background"]').click();
    const changes = form.getByTestId('translated');
    await expect.poll(() => changes.textContent(), patience).toContain(': the result');
    await form.getByTestId('quote').getByText('credit').waitFor();
    expect((await listTasks())[0].id).toBe(first.id);
    const closed = form.waitForEvent('close');
    await form.getByRole('button', { name: 'Run' }).click();
    await closed;
    await expect
      .poll(async () => (await listTasks())[0], patience)
      .toMatchObject({
        status: 'succeeded',
        workflow: { name: 'remove-background' },
        parentId: first.id,
        params: { image: first.outputs[0].id },
      });
    await page.close();
  });

  test('works by keys alone, which the page cannot hear', async () => {
    const page =
      await visit(`<img id="picture" style="width:480px" src="${setup.pages.imageOrigin}/cat.jpg"><script>window.heard = [];
      for (const type of ['keydown', 'keyup', 'click', 'pointerdown'])
        document.addEventListener(type, (event) => event.key !== 'Tab' && heard.push(type));</script>`);
    await upscale(page, 'upscale4');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect.poll(() => readOverlay(page)).toMatch(/Before.*After/);
    const handle = async () => (await styleInOverlay(page, 'handle')).left;
    const middle = await handle();
    // Over the picture, before the tools.
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('ArrowLeft');
    await expect.poll(handle).not.toBe(middle);
    await capture(page, 'slider', { width: 560, height: 450 });
    await expect.poll(() => isReadyInOverlay(page, 'Upscale result 2×')).toBe(true);
    expect(await page.evaluate(() => (window as unknown as { heard: string[] }).heard)).toEqual([]);
    await pressInOverlay(page, 'End comparison');
    await page.mouse.move(680, 400);
    await expect.poll(async () => (await styleInOverlay(page, 'tools')).width).toBe('36px');
    await capture(page, 'folded', { width: 560, height: 450 });
    await page.close();
  });

  test('lets no page style in and none of its own out', async () => {
    const page =
      await visit(`<style>* { color: rgb(255, 0, 0) !important; font-size: 40px !important; letter-spacing: 9px }
      div, section, button { display: none !important }</style>${plain()}`);
    const look = () =>
      page.evaluate(() => {
        const { color, fontSize, display, position } = getComputedStyle(
          document.querySelector('#text') as Element,
        );
        return [
          color,
          fontSize,
          display,
          position,
          document.styleSheets.length,
          document.adoptedStyleSheets.length,
        ];
      });
    const before = await look();
    await upscale(page);
    const tools = await styleInOverlay(page, 'tools');
    expect(tools).toMatchObject({ display: 'flex', 'font-size': '13px', 'letter-spacing': 'normal' });
    expect(tools.color).not.toBe('rgb(255, 0, 0)');
    expect(await look()).toEqual(before);
    await page.close();
  });

  test('rotates while progress is unknown, then shows step, percent and preview', async () => {
    const page = await visit(
      `<img id="picture" style="width:480px" src="${setup.pages.imageOrigin}/cat.jpg">`,
    );
    const opened = setup.browser.context.waitForEvent('page');
    await clickMenu(setup.browser, { page, menuItemId: 'img2img', srcUrl: await shownUrl(page) });
    const form = await opened;
    await expect.poll(() => readOverlay(page), patience).toContain('Cancel');
    const animation = async () => (await styleInOverlay(page, 'sg-ring-turn'))['animation-duration'];
    await expect.poll(animation).toBe('1.1s');
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await expect.poll(animation).toBe('4s');
    await page.emulateMedia({ reducedMotion: null });

    await setup.platform.backend.control({ arm: [{ kind: 'hang', step: 13 }] });
    await form.fill('[name=prompt]', 'a cat in the evening');
    await form.getByTestId('quote').getByText('credit').waitFor();
    await capture(form, 'compose', { width: 460, height: 880 });
    await form.getByRole('button', { name: 'Run' }).click();
    await page.bringToFront();
    await expect
      .poll(() => readOverlay(page), patience)
      .toMatch(/\d+% Working \d+ ★ Cancel Step \d+ of 25.*Credits: \d/);
    await expect.poll(() => countInOverlay(page, 'CANVAS')).toBe(1);
    const { height, width, ...card } = await styleInOverlay(page, 'state');
    const picture = await page.locator('#picture').boundingBox();
    const area = (picture?.width ?? 0) * (picture?.height ?? 0);
    expect(Number.parseFloat(height ?? '') * Number.parseFloat(width ?? '')).toBeLessThan(area / 5);
    const colours = new Set([card['background-color']]);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      colours.add((await styleInOverlay(page, 'state'))['background-color']);
    }
    // What lies on a picture is dark in both.
    expect(colours.size).toBe(1);
    await capture(page, 'ring', { width: 560, height: 450 });
    await pressInOverlay(page, 'Cancel');
    await expect.poll(() => readOverlay(page), patience).toContain('Cancelled');
    await pressInOverlay(page, 'Close');
    await expect.poll(() => readOverlay(page)).toBe('');
    await page.close();
  });

  test('enlarges the pages of a comic ahead of the reader, within the budget of the day', async () => {
    const { browser, pages, platform, person } = setup;
    const options = await browser.openOwnPage('/options.html');
    const budget = options.getByLabel('Credits that may be spent without a press in a day');
    const setBudget = async (credits: string) => {
      await budget.fill(credits);
      await budget.blur();
    };
    await setBudget('3');
    const page = await browser.context.newPage();
    await page.goto(pages.pageUrl('/comic'));
    await page.bringToFront();
    const listMade = async () =>
      (await platform.api.call('/api/v1/tasks?limit=100', { token: person.accessToken })).body.items.filter(
        (task: ListedTask) => task.meta.sourceUrl?.startsWith(pages.pageUrl('/comic')),
      );
    const listEnlarged = () =>
      page
        .locator('img')
        .evaluateAll((images) =>
          [...images.keys()].filter((index) =>
            (images[index] as HTMLImageElement).currentSrc.startsWith('blob:'),
          ),
        );
    // The popup speaks of the page in front, which a tab behind it leaves there.
    const opening = browser.context.waitForEvent('page');
    await (await browser.worker()).evaluate(() =>
      (globalThis as unknown as WithChrome).chrome.tabs.create({ url: '/popup.html', active: false }),
    );
    const popup = await opening;
    const choose = async (name: string) => {
      await popup.getByRole('combobox', { name: 'Upscale here without a press' }).press('Enter');
      await popup.getByRole('option', { name }).dispatchEvent('click');
    };
    const spent = popup.getByTestId('budget');
    const readSpent = () => spent.textContent();

    // Of the page on the screen and the three that follow, the budget reaches for three.
    await choose('Pages of comics and manga');
    await expect.poll(listEnlarged, patience).toEqual([1, 2, 3]);
    await expect.poll(readSpent, patience).toContain('today: 3 of 3 credits. ');
    await spent.getByRole('button', { name: 'Stop' }).dispatchEvent('click');
    await spent.getByRole('button', { name: 'Go on' }).waitFor();
    await setBudget('50');
    await page.locator('img').last().scrollIntoViewIfNeeded();
    await expect.poll(readSpent).toContain('today: 3 of 50 credits');
    expect(await listMade()).toHaveLength(3);
    await spent.getByRole('button', { name: 'Go on' }).dispatchEvent('click');
    await expect.poll(listEnlarged, patience).toEqual([1, 2, 3, 6, 7]);

    // Of the pages of another visit one is new.
    await page.goto(pages.pageUrl('/comic?again'));
    await expect.poll(listEnlarged, patience).toEqual([1, 2, 3, 4]);
    await expect.poll(readSpent, patience).toContain('today: 6 of 50 credits');
    if (imagesDir) await popup.bringToFront();
    await capture(popup, 'comics', { width: 360, height: 660 });
    await options.reload();
    await options.getByText('Upscaled without a press').waitFor();
    await choose('Off');
    await options.getByText('Upscaled without a press').waitFor({ state: 'detached' });
    await Promise.all([popup, page, options].map((one) => one.close()));
  });
});
