import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { capture } from './capture.ts';
import { clickMenu } from './chromium.ts';
import { createExtensionSetup, type ExtensionSetup } from './extensionSetup.ts';
import { countInOverlay, pressInOverlay, readOverlay, styleInOverlay } from './overlayProbe.ts';
import { hasChromium } from './programs.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });
/** A task runs on the CPU of a machine that does other things too. */
const patience = { timeout: 90_000 };

/** Pages of which each sizes its picture in a way of its own. */
const layouts = (images: string): Record<string, string> => ({
  'by its pixels': `<img id="picture" src="${images}/plain.jpg">`,
  'by its pixels, whatever its attributes say': `<style>#picture{width:auto!important;height:auto!important}</style>
    <img id="picture" src="${images}/plain.jpg">`,
  'by attributes': `<img id="picture" width="200" height="90" src="${images}/plain.jpg">`,
  'by a style in its tag': `<img id="picture" style="width:50%;border:3px solid" src="${images}/plain.jpg">`,
  'by a part of a box that is as wide as itself': `<div style="display:inline-block;padding:5px">
    <img id="picture" style="width:100%" src="${images}/plain.jpg"></div>`,
  'by a picture element': `<picture><source srcset="${images}/plain.jpg 2x"><source media="print">
    <img id="picture" src="${images}/large.jpg"></picture>`,
});

interface Site {
  origin: string;
  stop(): Promise<void>;
}

/** Its pages are what their addresses say. */
async function startSite(): Promise<Site> {
  const server = createServer((request, response) => {
    const body = decodeURIComponent(request.url?.slice(1) ?? '');
    const html = `<!doctype html><title>Made</title><style>body{margin:24px}</style>${body}<p id="text">Text beneath.</p>`;
    response.writeHead(200, { 'Content-Type': 'text/html' }).end(html);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe.skipIf(!hasChromium)('a result in its place', () => {
  let setup: ExtensionSetup;
  let site: Site;
  beforeAll(async () => {
    site = await startSite();
    setup = await createExtensionSetup();
    await setup.browser.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  });
  afterAll(async () => {
    await setup?.[Symbol.asyncDispose]();
    await site.stop();
  });

  /** A page with this body, from a server of its own: pages that only a test makes up may not load local pictures. */
  const visit = async (body: string): Promise<Page> => {
    const page = await setup.browser.context.newPage();
    await page.goto(`${site.origin}/${encodeURIComponent(body)}`);
    return page;
  };
  const picture = (page: Page) => page.locator('#picture');
  const shownUrl = (page: Page) => picture(page).evaluate((image) => (image as HTMLImageElement).currentSrc);
  const pixelWidth = (page: Page) =>
    picture(page).evaluate((image) => (image as HTMLImageElement).naturalWidth);
  const describeTag = (page: Page) =>
    page.evaluate(() => (document.querySelector('picture') ?? document.querySelector('#picture'))?.outerHTML);
  const boxesOf = (page: Page) =>
    Promise.all(['#picture', '#text'].map((selector) => page.locator(selector).boundingBox()));
  const upscale = async (page: Page) => {
    await clickMenu(setup.browser, { page, menuItemId: 'upscale2', srcUrl: await shownUrl(page) });
    await expect.poll(() => readOverlay(page), patience).toContain('Compare');
  };
  const plain = () =>
    `<img id="picture" alt="A hill" style="width:320px" src="${setup.pages.imageOrigin}/small.jpg">`;

  it.each(Object.keys(layouts('')))(
    'keeps the layout of a picture that is sized %s, and gives back every attribute',
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

  it("leaves zooming to the page's own rules and scripts, and its choice of another picture too", async () => {
    const { imageOrigin } = setup.pages;
    const page =
      await visit(`<style>.zoomed{width:600px}</style><img id="picture" src="${imageOrigin}/plain.jpg">
      <script>picture.onclick = () => { picture.classList.toggle('zoomed'); picture.style.transform = 'none'; };</script>`);
    await upscale(page);
    await picture(page).click();
    expect((await picture(page).boundingBox())?.width).toBe(600);
    await pressInOverlay(page, 'Show original');
    // What the page's script has set meanwhile stays.
    expect(await picture(page).getAttribute('style')).toContain('transform');
    await pressInOverlay(page, 'Show result');
    await expect.poll(() => pixelWidth(page)).toBe(320);

    const setSource = (src: string) =>
      picture(page).evaluate((image, value) => image.setAttribute('src', value), src);
    await setSource(`${imageOrigin}/plain.jpg`);
    await expect.poll(() => readOverlay(page)).toContain('Show result');
    await setSource(`${imageOrigin}/large.jpg`);
    await expect.poll(() => readOverlay(page)).toBe('');
    expect(await shownUrl(page)).toBe(`${imageOrigin}/large.jpg`);
    await page.close();
  });

  it('saves under the name that the page gives, copies, opens the full size, and sends it on', async () => {
    const page = await visit(plain());
    await upscale(page);
    const tasks = async () =>
      (await setup.platform.api.call('/api/v1/tasks', { token: setup.person.accessToken })).body.items;
    const [task] = await tasks();
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

    await pressInOverlay(page, 'Upscale 2×');
    await expect.poll(() => pixelWidth(page), patience).toBe(160);
    await expect.poll(async () => (await tasks())[0].parentId).toBe(task.id);
    const form = setup.browser.context.waitForEvent('page');
    await expect.poll(() => readOverlay(page)).toContain('Img2img');
    await pressInOverlay(page, 'Img2img');
    await (await form).getByRole('button', { name: 'Run' }).waitFor();
    await (await form).close();
    await page.close();
  });

  it('follows its picture while the page scrolls and lays out anew, and goes with it', async () => {
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

  it('is worked by keys alone, of which the page hears nothing', async () => {
    const page = await visit(`${plain()}<script>window.heard = [];
      for (const type of ['keydown', 'keyup', 'click', 'pointerdown'])
        document.addEventListener(type, (event) => event.key !== 'Tab' && heard.push(type));</script>`);
    await upscale(page);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect.poll(() => readOverlay(page)).toMatch(/Before.*After/);
    const handle = async () => (await styleInOverlay(page, 'handle')).left;
    const middle = await handle();
    // Over the picture, before the tools.
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('ArrowLeft');
    await expect.poll(handle).not.toBe(middle);
    await capture(page, 'slider', { width: 700, height: 420 });
    expect(await page.evaluate(() => (window as unknown as { heard: string[] }).heard)).toEqual([]);
    await page.close();
  });

  it('lets no style of the page in and none of its own out', async () => {
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

  it('turns while nothing is known, stands still for who wants that, and shows step, percent and preview', async () => {
    const page = await visit(plain());
    const opened = setup.browser.context.waitForEvent('page');
    await clickMenu(setup.browser, { page, menuItemId: 'img2img', srcUrl: await shownUrl(page) });
    const form = await opened;
    await expect.poll(() => readOverlay(page), patience).toContain('Cancel');
    expect((await styleInOverlay(page, 'done'))['animation-name']).toBe('turn');
    await page.emulateMedia({ reducedMotion: 'reduce' });
    expect((await styleInOverlay(page, 'done'))['animation-name']).toBe('none');
    await page.emulateMedia({ reducedMotion: null });

    await setup.platform.backend.control({ arm: [{ kind: 'hang', step: 13 }] });
    await form.fill('[name=prompt]', 'a pier in the evening');
    await form.getByTestId('quote').getByText('credits').waitFor();
    await capture(form, 'compose', { width: 460, height: 900 });
    await form.getByRole('button', { name: 'Run' }).click();
    await page.bringToFront();
    await expect.poll(() => readOverlay(page), patience).toMatch(/\d+% Step \d+ of 25.*Credits: \d/);
    await expect.poll(() => countInOverlay(page, 'CANVAS')).toBe(1);
    const colours = [];
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      colours.push((await styleInOverlay(page, 'card'))['background-color']);
    }
    expect(new Set(colours).size).toBe(2);
    await capture(page, 'ring', { width: 700, height: 420 });
    await pressInOverlay(page, 'Cancel');
    await expect.poll(() => readOverlay(page), patience).toContain('Cancelled');
    await pressInOverlay(page, 'Close');
    await expect.poll(() => readOverlay(page)).toBe('');
    await page.close();
  });
});
