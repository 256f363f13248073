import { browser } from 'wxt/browser';
import type { PageFrame } from '../../messaging/pageFrame.ts';
import type { ExposedArea, FoundPicture } from '../../messaging/protocol.ts';
import { LocalProblem } from '../../runs/problem.ts';
import { tabOf } from '../tabs.ts';
import type { RawPicture } from './acquiredPicture.ts';
import { encodeBitmap } from './encodeBitmap.ts';

const screenLock = 'star-graph-screen';
/** Chromium refuses more than two pictures a second. */
const captureIntervalMs = 550;
let lastCaptureAtMs = 0;

/**
 * The part of the screen that shows the picture, one picture at a time: the page is scrolled to it and our own marks
 * are hidden meanwhile. @returns undefined when the picture is not shown, or in a frame whose position is unknown
 */
export async function readScreen(request: {
  picture: FoundPicture;
  frame: PageFrame;
}): Promise<RawPicture | undefined> {
  const { picture, frame } = request;
  return await navigator.locks.request(screenLock, async () => {
    await requireInFront(frame.tabId);
    try {
      const area = await frame.ask({ kind: 'expose', elementId: picture.elementId });
      return (
        area && { file: await cutScreen(area, frame.tabId), notes: ['screen-pixels'], isExposable: false }
      );
    } finally {
      await frame.ask({ kind: 'unexpose' });
    }
  });
}

/** The screen shows only the tab in front: otherwise this would capture another page. */
async function requireInFront(tabId: number): Promise<{ windowId: number }> {
  const tab = await tabOf(tabId);
  if (!tab?.active) throw new LocalProblem('image-unreadable');
  return tab;
}

async function cutScreen(area: ExposedArea, tabId: number): Promise<Blob> {
  const ratio = area.devicePixelRatio;
  const [left, top, width, height] = [area.x, area.y, area.width, area.height].map((side) =>
    Math.round(side * ratio),
  ) as [number, number, number, number];
  const bitmap = await createImageBitmap(await captureTab(tabId), left, top, width, height);
  return await encodeBitmap(bitmap, { width, height });
}

async function captureTab(tabId: number): Promise<Blob> {
  await waitMs(lastCaptureAtMs + captureIntervalMs - Date.now());
  try {
    const { windowId } = await requireInFront(tabId);
    lastCaptureAtMs = Date.now();
    const url = await browser.tabs.captureVisibleTab(windowId, { format: 'png' });
    await requireInFront(tabId);
    return await (await fetch(url)).blob();
  } catch (error) {
    // No permission for this page, or another tab came to the front.
    throw new LocalProblem('image-unreadable', { cause: error });
  }
}

const waitMs = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
