import type { Page } from 'playwright-core';
import { describe, expect, it, vi } from 'vitest';
import { clickMenu } from './chromium.ts';
import { createExtensionSetup } from './extensionSetup.ts';
import { readOverlay } from './overlayProbe.ts';
import { hasChromium } from './programs.ts';

vi.setConfig({ testTimeout: 600_000 });
const patience = { timeout: 90_000 };
const rounds = 15;

/** Not a test of anything: prints what the documentation states, when it is asked for. */
describe.skipIf(!hasChromium || !process.env.EXTENSION_MEASURE)('measured in Chromium', () => {
  it('prints how long a click takes to the ring, and a result from its last byte to its picture', async () => {
    await using setup = await createExtensionSetup();
    const { browser, pages } = setup;
    const toRingMs: number[] = [];
    const toPictureMs: number[] = [];
    const worker = await browser.worker();
    await worker.evaluate(watchDownloads);
    for (let round = 0; round < rounds; round++) {
      const page = await browser.context.newPage();
      await page.goto(pages.pageUrl('/cross'));
      await page.evaluate(watchPage);
      await clickMenu(browser, { page, menuItemId: 'upscale2', srcUrl: `${pages.imageOrigin}/plain.jpg` });
      await expect.poll(() => readOverlay(page), patience).toContain('Compare');
      const seen = await readTimes(page);
      toRingMs.push(seen.ringAtMs - (await worker.evaluate(readClick)));
      toPictureMs.push(seen.resultAtMs - (await worker.evaluate(readDownload)));
      await page.close();
    }
    console.log(`click to ring: ${describeTimes(toRingMs)}`);
    console.log(`last byte of the result to the picture in its place: ${describeTimes(toPictureMs)}`);
    expect(toRingMs).toHaveLength(rounds);
  });
});

function describeTimes(timesMs: number[]): string {
  const sorted = timesMs.toSorted((left, right) => left - right);
  const at = (part: number) => Math.round(sorted[Math.floor(part * (sorted.length - 1))] ?? Number.NaN);
  return `median ${at(0.5)} ms, 90 % under ${at(0.9)} ms, longest ${at(1)} ms, of ${sorted.length}`;
}

interface Times {
  ringAtMs: number;
  resultAtMs: number;
}
type Watched = typeof globalThis & { times: Times };

const readTimes = (page: Page): Promise<Times> => page.evaluate(() => (globalThis as Watched).times);

/** In the page: when our element came, and when the frame after the new picture was drawn. */
function watchPage(): void {
  const now = () => performance.timeOrigin + performance.now();
  const times: Times = { ringAtMs: 0, resultAtMs: 0 };
  (globalThis as Watched).times = times;
  new MutationObserver(() => {
    times.ringAtMs ||= now();
  }).observe(document.documentElement, { childList: true });
  document.querySelector('#picture')?.addEventListener('load', () => {
    requestAnimationFrame(() => {
      times.resultAtMs = now();
    });
  });
}

type Worker = typeof globalThis & {
  clickAtMs: number;
  downloadAtMs: number;
  chrome: { contextMenus: { onClicked: { addListener(listener: () => void): void } } };
};

/** In the background: when the browser told of the click, and when the last bytes of a file had come. */
function watchDownloads(): void {
  const scope = globalThis as Worker;
  const now = () => performance.timeOrigin + performance.now();
  scope.chrome.contextMenus.onClicked.addListener(() => {
    scope.clickAtMs = now();
  });
  const { blob } = Response.prototype;
  Response.prototype.blob = async function readBlob() {
    const file = await blob.call(this);
    if (this.url.includes('/files/')) scope.downloadAtMs = now();
    return file;
  };
}

const readClick = (): number => (globalThis as Worker).clickAtMs;
const readDownload = (): number => (globalThis as Worker).downloadAtMs;
