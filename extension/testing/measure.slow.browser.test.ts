import type { Page } from 'playwright-core';
import { describe, expect, test, vi } from 'vitest';
import { clickMenu, type ExtensionBrowser, signIn, startChromium } from './browsers/chromium.ts';
import { hasChromium } from './browsers/programs.ts';
import { createExtensionSetup, type ExtensionSetup } from './extensionSetup.ts';
import { readOverlay } from './pages/overlayProbe.ts';

vi.setConfig({ testTimeout: 600_000 });
const rounds = 15;
const { EXTENSION_MEASURE: isAsked, EXTENSION_MEASURE_AGAINST: other } = process.env;

/** One build of the extension and its measurements. */
interface Side {
  name: string;
  browser: ExtensionBrowser;
  toRingMs: number[];
  toPictureMs: number[];
}

/** Not a test: prints the figures of the documentation, on request. */
describe.skipIf(!hasChromium || !isAsked)('measured in Chromium', () => {
  test('prints the times from click to ring and last byte to picture', async () => {
    await using parts = new AsyncDisposableStack();
    const setup = parts.use(await createExtensionSetup({ isDrawing: true }));
    const toSide = (name: string, browser: ExtensionBrowser): Side => ({
      name,
      browser,
      toRingMs: [],
      toPictureMs: [],
    });
    const sides = [toSide('this build', setup.browser)];
    if (other) {
      const browser = parts.use(await startChromium({ directory: other, hasWelcome: false }));
      await signIn(browser, setup.line, setup.person);
      sides.push(toSide('the other build', browser));
    }
    for (const { browser } of sides) await (await browser.worker()).evaluate(watchDownloads);
    for (let round = 0; round < rounds; round++)
      // Each build goes first equally often, so that other load affects both.
      for (const side of round % 2 ? sides.toReversed() : sides) await measure(side, setup);
    for (const { name, toRingMs, toPictureMs } of sides) {
      console.log(`${name}, click to ring: ${describeTimes(toRingMs)}`);
      console.log(`${name}, last byte to the picture in its place: ${describeTimes(toPictureMs)}`);
    }
    const [one, two] = sides;
    if (one && two) {
      console.log(`ratio of the pairs, click to ring: ${describeRatios(one.toRingMs, two.toRingMs)}`);
      console.log(`ratio of the pairs, last byte: ${describeRatios(one.toPictureMs, two.toPictureMs)}`);
    }
    for (const { toRingMs } of sides) expect(toRingMs).toHaveLength(rounds);
  });
});

async function measure({ browser, toRingMs, toPictureMs }: Side, { pages }: ExtensionSetup): Promise<void> {
  const worker = await browser.worker();
  const page = await browser.context.newPage();
  await page.goto(pages.pageUrl('/cross'));
  await page.evaluate(watchPage);
  await clickMenu(browser, { page, menuItemId: 'upscale2', srcUrl: `${pages.imageOrigin}/plain.jpg` });
  await expect.poll(() => readOverlay(page)).toContain('Compare');
  const seen = await readTimes(page);
  toRingMs.push(seen.ringAtMs - (await worker.evaluate(readClick)));
  toPictureMs.push(seen.resultAtMs - (await worker.evaluate(readDownload)));
  await page.close();
}

const atPart = (values: number[], part: number): number =>
  values.toSorted((left, right) => left - right)[Math.floor(part * (values.length - 1))] ?? Number.NaN;

function describeTimes(timesMs: number[]): string {
  const [median, most, all] = [0.5, 0.9, 1].map((part) => Math.round(atPart(timesMs, part)));
  return `median ${median} ms, 90 % under ${most} ms, longest ${all} ms, of ${timesMs.length}`;
}

function describeRatios(ones: number[], others: number[]): string {
  const ratios = ones.map((one, index) => one / (others[index] ?? Number.NaN));
  const [low, median, high] = [0.25, 0.5, 0.75].map((part) => atPart(ratios, part).toFixed(2));
  return `median ${median}, half of them from ${low} to ${high}`;
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
