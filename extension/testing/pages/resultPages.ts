import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { imagesDir } from '../browsers/capture.ts';
import { clickMenu } from '../browsers/chromium.ts';
import type { ExtensionSetup } from '../extensionSetup.ts';
import { readOverlay } from './overlayProbe.ts';
import { shownPixelWidth } from './shownPixels.ts';

/** A task runs on the CPU of a machine that does other things too; for pictures, by the finest network. */
export const patience = { timeout: imagesDir ? 200_000 : 90_000 };

export interface Site {
  origin: string;
  stop(): Promise<void>;
}

/** Its pages are what their addresses say. */
export async function startSite(): Promise<Site> {
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

/** Actions on pages that tests make, each with one picture. The setup is complete when they begin. */
export function createResultPages(parts: { setup(): ExtensionSetup; site(): Site }) {
  /** A page with this body, from a server of its own: pages that only a test makes up may not load local pictures. */
  const visit = async (body: string): Promise<Page> => {
    const page = await parts.setup().browser.context.newPage();
    await page.goto(`${parts.site().origin}/${encodeURIComponent(body)}`);
    return page;
  };
  const picture = (page: Page) => page.locator('#picture');
  const shownUrl = (page: Page) => picture(page).evaluate((image) => (image as HTMLImageElement).currentSrc);
  const pixelWidth = (page: Page) => shownPixelWidth(picture(page));
  const describeTag = (page: Page) =>
    page.evaluate(() => (document.querySelector('picture') ?? document.querySelector('#picture'))?.outerHTML);
  const upscale = async (page: Page, menuItemId = 'upscale2') => {
    await clickMenu(parts.setup().browser, { page, menuItemId, srcUrl: await shownUrl(page) });
    await expect.poll(() => readOverlay(page), patience).toContain('Compare');
  };
  const listTasks = async () =>
    (await parts.setup().platform.api.call('/api/v1/tasks', { token: parts.setup().person.accessToken })).body
      .items;
  const plain = () =>
    `<img id="picture" alt="A hill" style="width:320px" src="${parts.setup().pages.imageOrigin}/small.jpg">`;
  return { visit, picture, shownUrl, pixelWidth, describeTag, upscale, listTasks, plain };
}
