import type { PagesAnswer } from '../messaging/protocol.ts';
import type { AutomaticRule } from '../runs/work.ts';
import { isInView } from './pictures/findPictures.ts';
import { findElement, nameElement, whatIsOn } from './pictures/world.ts';

/** Pages of a series that are made ready before the reader comes to them. */
const pagesAhead = 3;
/** No event covers every reason why a page shows other pictures. */
const lookIntervalMs = 700;
/** Before it is asked anew whether anything is sent. */
const closedMs = 10_000;

/** Smaller ones are thumbnails and icons, or beside what is read. */
const smallestSidePx = 96;
const pageSidePx = 200;
const pageShare = 1 / 8;

/**
 * Reports the pictures that the rule means as the person reads: what is on the screen and, of a series, what follows.
 * A hidden page reports none.
 * @returns ends it, at once
 */
export function reportPages(
  rule: AutomaticRule,
  report: (elementIds: string[]) => Promise<PagesAnswer>,
): () => void {
  /** By picture, the address that needs no further report. */
  const settled = new WeakMap<Element, string>();
  let closedUntilMs = 0;
  let isReporting = false;
  const look = async () => {
    if (document.hidden || isReporting || performance.now() < closedUntilMs) return;
    const isOpen = (image: HTMLImageElement) =>
      whatIsOn(image) !== 'own' && settled.get(image) !== image.currentSrc;
    const elementIds = listMeant(rule).filter(isOpen).map(nameElement);
    if (elementIds.length === 0) return;
    isReporting = true;
    const answer = await report(elementIds);
    isReporting = false;
    if (!answer) closedUntilMs = performance.now() + closedMs;
    for (const id of answer ?? []) {
      const image = findElement(id);
      if (image instanceof HTMLImageElement) settled.set(image, image.currentSrc);
    }
  };
  const timer = setInterval(() => void look(), lookIntervalMs);
  void look();
  return () => clearInterval(timer);
}

/** In the order of the page, which is the order of reading. */
function listMeant(rule: AutomaticRule): HTMLImageElement[] {
  const loaded = [...document.images].filter(
    ({ naturalWidth, currentSrc }) => naturalWidth > 0 && currentSrc,
  );
  if (rule !== 'series') return loaded.filter((image) => isInView(image) && isBelow(image, rule));
  const pages = loaded.filter(isPage);
  const first = pages.findIndex(isInView);
  return first < 0 ? [] : pages.slice(first, pages.findLastIndex(isInView) + 1 + pagesAhead);
}

function isBelow(image: HTMLImageElement, sidePx: number): boolean {
  const { width, height } = image.getBoundingClientRect();
  return (
    Math.min(width, height) >= smallestSidePx && Math.min(image.naturalWidth, image.naturalHeight) < sidePx
  );
}

/** Large enough on the screen to be read. */
function isPage(image: HTMLImageElement): boolean {
  const { width, height } = image.getBoundingClientRect();
  return Math.min(width, height) >= pageSidePx && width * height >= innerWidth * innerHeight * pageShare;
}
