import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clickMenu } from './browsers/chromium.ts';
import { hasChromium } from './browsers/programs.ts';
import { createExtensionSetup, type ExtensionSetup } from './extensionSetup.ts';
import { countInOverlay, pressInOverlay, readOverlay, styleInOverlay } from './pages/overlayProbe.ts';
import { drawPicture } from './pages/pictures.ts';
import { createResultPages, patience, type Site, startSite } from './pages/resultPages.ts';
import { letAssetsGo, withholdResult } from './withholdResult.ts';

/** Pages that size their pictures in different ways. */
const layouts = (images: string): Record<string, string> => ({
  'by its pixels': `<img id="picture" src="${images}/plain.jpg">`,
  'by its pixels, whatever its attributes say': `<style>#picture{width:auto!important;height:auto!important}</style>
    <img id="picture" src="${images}/plain.jpg">`,
  'by attributes': `<img id="picture" width="200" height="90" src="${images}/plain.jpg">`,
  'by a style in its tag': `<img id="picture" style="width:50%;border:3px solid" src="${images}/plain.jpg">`,
  'by a part of a box that is as wide as itself': `<div style="display:inline-block;padding:5px">
    <img id="picture" style="width:100%" src="${images}/plain.jpg"></div>`,
  'by a list of candidates': `<img id="picture" sizes="100px" src="${images}/plain.jpg"
    srcset="${images}/plain.jpg 160w, ${images}/small.jpg 40w">`,
  'by a picture element': `<picture><source srcset="${images}/plain.jpg 2x"><source media="print">
    <img id="picture" src="${images}/large.jpg"></picture>`,
});

/** Of the values of two pictures' pixels, from 0 to 255. */
async function meanDifference(one: Buffer, other: Buffer): Promise<number> {
  const [left, right] = await Promise.all(
    [one, other].map((png) => sharp(png).removeAlpha().raw().toBuffer()),
  );
  if (!left || left.length !== right?.length) throw new Error('the pictures differ in size');
  return left.reduce((sum, value, index) => sum + Math.abs(value - (right[index] ?? 0)), 0) / left.length;
}

describe.skipIf(!hasChromium)('a result in the place of its picture', () => {
  let setup: ExtensionSetup;
  let site: Site;
  beforeAll(async () => {
    site = await startSite();
    setup = await createExtensionSetup({ isDrawing: true });
  });
  afterAll(async () => {
    await setup?.[Symbol.asyncDispose]();
    await site.stop();
  });

  const { visit, upscale, picture, pixelWidth, shownUrl, describeTag, listTasks, plain } = createResultPages({
    setup: () => setup,
    site: () => site,
  });
  const boxesOf = (page: Page) =>
    Promise.all(['#picture', '#text'].map((selector) => page.locator(selector).boundingBox()));

  test.each(Object.keys(layouts('')))(
    'keeps the layout of a picture sized %s, and restores every attribute',
    async (name) => {
      const page = await visit(layouts(setup.pages.imageOrigin)[name] ?? '');
      const before = { boxes: await boxesOf(page), tag: await describeTag(page) };
      await upscale(page);
      await expect.poll(() => shownUrl(page)).toMatch(/^blob:/);
      await expect.poll(() => boxesOf(page)).toEqual(before.boxes);
      await pressInOverlay(page, 'Show original');
      await expect.poll(() => describeTag(page)).toBe(before.tag);
      await expect.poll(() => boxesOf(page)).toEqual(before.boxes);
      await page.close();
    },
  );

  test.each([
    ['of the same shape', undefined],
    ['of another shape', [300, 300] as const],
  ])('grows and shrinks with its place as the original would, %s', async (_, size) => {
    const image = (id: string) =>
      `<img id="${id}" style="max-width:100%;display:block" src="${setup.pages.imageOrigin}/plain.jpg?${id}">`;
    const page = await visit(`<div id="place" style="width:120px">${image('picture')}${image('twin')}</div>
      <div style="display:flex;width:500px">${image('other')}</div>`);
    if (!size) await upscale(page);
    else {
      const worker = await setup.browser.worker();
      await worker.evaluate(withholdResult, Number.POSITIVE_INFINITY);
      await clickMenu(setup.browser, { page, menuItemId: 'upscale2', srcUrl: await shownUrl(page) });
      await expect.poll(() => readOverlay(page), patience).toContain('Fetching the result');
      const [task] = await listTasks();
      const png = await drawPicture(...size)
        .png()
        .toBuffer({ resolveWithObject: true });
      await setup.platform.swapResult(task.outputs[0].id, png);
      await worker.evaluate(letAssetsGo);
      await expect.poll(() => readOverlay(page), patience).toContain('Compare');
    }
    await expect.poll(() => pixelWidth(page)).toBe(size?.[0] ?? 320);
    const sizes = () =>
      page.evaluate(() =>
        ['#picture', '#twin'].map((selector) => {
          const { width, height } = (document.querySelector(selector) as Element).getBoundingClientRect();
          return [width, height];
        }),
      );
    for (const [width, expected] of [
      [120, [120, 90]],
      [80, [80, 60]],
      [400, [160, 120]],
    ] as const) {
      await page.locator('#place').evaluate((place, value) => {
        (place as HTMLElement).style.width = `${value}px`;
      }, width);
      await expect.poll(sizes).toEqual([expected, expected]);
    }
    const objectFit = () => picture(page).evaluate((one) => getComputedStyle(one).objectFit);
    await expect.poll(objectFit).toBe(size ? 'contain' : 'fill');
    await page.close();
  });

  test('restores by its pixels an original whose address no longer gives it', async () => {
    const page = await setup.browser.context.newPage();
    await page.goto(setup.pages.pageUrl('/small-revoked'));
    await expect.poll(() => shownUrl(page)).toMatch(/^blob:/);
    await expect.poll(() => pixelWidth(page)).toBe(0);
    const box = await picture(page).boundingBox();
    if (!box) throw new Error('the page shows no picture');
    // The tools stand at its foot.
    const shoot = () => page.screenshot({ clip: { ...box, height: Math.floor(box.height * 0.75) } });
    const original = await shoot();
    await upscale(page);
    await expect.poll(() => pixelWidth(page)).toBe(80);
    await pressInOverlay(page, 'Show original');
    await expect.poll(() => countInOverlay(page, 'CANVAS')).toBe(1);
    await expect.poll(() => picture(page).boundingBox()).toEqual(box);
    const difference = async () => meanDifference(original, await shoot());
    await expect.poll(difference).toBeLessThan(1);
    await pressInOverlay(page, 'Show result');
    await expect.poll(() => countInOverlay(page, 'CANVAS')).toBe(0);
    await expect.poll(() => pixelWidth(page)).toBe(80);
    await page.close();
  });

  test('leaves zooming and picture changes to the page’s own rules and scripts', async () => {
    const { imageOrigin } = setup.pages;
    const page =
      await visit(`<style>.zoomed{width:600px}</style><img id="picture" src="${imageOrigin}/plain.jpg">
      <script>picture.onclick = () => { picture.classList.toggle('zoomed'); picture.style.transform = 'none'; };</script>`);
    await upscale(page);
    await picture(page).click();
    await expect.poll(async () => (await picture(page).boundingBox())?.width).toBe(600);
    await pressInOverlay(page, 'Show original');
    await expect.poll(() => readOverlay(page)).toContain('Show result');
    // What the page's script has set meanwhile stays.
    expect(await picture(page).getAttribute('style')).toContain('transform');
    await pressInOverlay(page, 'Show result');
    await expect.poll(() => pixelWidth(page)).toBe(320);

    const setSource = (src: string) =>
      picture(page).evaluate((image, value) => image.setAttribute('src', value), src);
    await setSource(`${imageOrigin}/large.jpg`);
    // The result is offered, and covers nothing.
    await expect.poll(() => readOverlay(page)).toMatch(/Save.*Open full size.*Remove result/);
    expect(await readOverlay(page)).not.toContain('Compare');
    // A browser names no address until the picture has come.
    await expect.poll(() => shownUrl(page)).toBe(`${imageOrigin}/large.jpg`);
    await setSource(`${imageOrigin.replace(/^https?:/, '')}/plain.jpg#top`);
    await expect.poll(() => readOverlay(page)).toContain('Compare');
    await expect.poll(() => pixelWidth(page)).toBe(320);
    await page.close();
  });

  test('works under a strict style policy, and overlays an image that refuses', async () => {
    const page = await setup.browser.context.newPage();
    await page.goto(setup.pages.pageUrl('/strict'));
    const tag = await describeTag(page);
    await upscale(page);
    await expect.poll(() => shownUrl(page)).toMatch(/^blob:/);
    expect(await styleInOverlay(page, 'tools')).toMatchObject({ display: 'flex', position: 'fixed' });
    // As after a refusal: scripts of ours may set what the page's policy forbids, in the browsers of today.
    await picture(page).evaluate((image) => image.dispatchEvent(new Event('error')));
    await expect.poll(() => countInOverlay(page, 'CANVAS')).toBe(1);
    await expect.poll(() => describeTag(page)).toBe(tag);
    await pressInOverlay(page, 'Show original');
    await expect.poll(() => countInOverlay(page, 'CANVAS')).toBe(0);
    await page.close();
  });

  test('follows its picture through scrolling and layout, and leaves with it', async () => {
    const page = await visit(`${plain()}<div style="height:3000px"></div>`);
    await upscale(page);
    await pressInOverlay(page, 'Compare');
    const gap = async () => {
      const box = await picture(page).boundingBox();
      const { left = '', top = '' } = await styleInOverlay(page, 'overlay');
      return [Number.parseFloat(left) - (box?.x ?? 0), Number.parseFloat(top) - (box?.y ?? 0)].map(
        Math.round,
      );
    };
    await expect.poll(gap).toEqual([0, 0]);
    await page.mouse.wheel(0, 60);
    await expect.poll(async () => (await picture(page).boundingBox())?.y).toBeLessThan(0);
    await expect.poll(gap).toEqual([0, 0]);
    await picture(page).evaluate((image) =>
      Object.assign((image as HTMLElement).style, { marginLeft: '77px', display: 'block' }),
    );
    await expect.poll(gap).toEqual([0, 0]);
    await picture(page).evaluate((image) => image.remove());
    await expect.poll(() => page.evaluate(() => document.documentElement.children.length)).toBe(2);
    await page.close();
  });
});
