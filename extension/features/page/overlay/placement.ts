export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/**
 * Follows elements while the page scrolls, lays out anew or drops them. Checks once a frame while an element is
 * followed: no event covers every reason why an element moves.
 */
export function createPlacement(onFrame: () => void): { start(): void; stop(): void } {
  let request: number | undefined;
  const look = () => {
    request = requestAnimationFrame(look);
    onFrame();
  };
  return {
    start() {
      request ??= requestAnimationFrame(look);
    },
    stop() {
      if (request !== undefined) cancelAnimationFrame(request);
      request = undefined;
    },
  };
}

/** The part of the element's box that shows the picture, in CSS pixels of the viewport. */
export function boxOf(element: Element): Box {
  const { left, top, width, height } = element.getBoundingClientRect();
  return { left, top, width, height };
}

export const isSameBox = (one: Box, other: Box): boolean =>
  one.left === other.left &&
  one.top === other.top &&
  one.width === other.width &&
  one.height === other.height;

export const isInside = ({ x, y }: { x: number; y: number }, { left, top, width, height }: Box): boolean =>
  x >= left && x <= left + width && y >= top && y <= top + height;

export const isEmptyBox = ({ width, height }: Box): boolean => width === 0 || height === 0;

/** The part of the picture inside the window; undefined out of sight. */
export function seenPartOf({ left, top, width, height }: Box): Box | undefined {
  const [from, to] = [Math.max(0, left), Math.min(innerWidth, left + width)];
  const [above, below] = [Math.max(0, top), Math.min(innerHeight, top + height)];
  if (from >= to || above >= below) return undefined;
  return { left: from, top: above, width: to - from, height: below - above };
}

/** Shorter sides have no room for a card: a ring in the corner stands for it. */
const smallestForCardPx = 240;

export const isSmall = ({ width, height }: Box): boolean => Math.min(width, height) < smallestForCardPx;

const gapPx = 8;
/** Of a ring that is opened, and of what is told above it. */
const openedPx = { width: 220, height: 170 };

interface Foot {
  style: Record<string, string>;
  /** What is told beside it hangs beneath: above is the edge of the window. */
  isHanging: boolean;
  /** It opens towards the start, so that what is at its end stays under the pointer. */
  isEnding: boolean;
}

/** Where the state of a picture stands, from the picture's corner: at the foot of what is seen of it. */
export function placeFoot(box: Box): Foot {
  const seen = seenPartOf(box) ?? box;
  const [left, top] = [seen.left - box.left, seen.top - box.top + seen.height - gapPx];
  const isHanging = seen.top + seen.height < openedPx.height;
  const place = (x: number, transform: string) => ({ left: `${x}px`, top: `${top}px`, transform });
  if (!isSmall(box)) {
    const style = place(left + seen.width / 2, 'translate(-50%, -100%)');
    return { style, isHanging, isEnding: false };
  }
  const isEnding = seen.left + seen.width >= openedPx.width;
  const style = isEnding
    ? place(left + seen.width - gapPx, 'translate(-100%, -100%)')
    : place(left + gapPx, 'translateY(-100%)');
  return { style, isHanging, isEnding };
}

/** The least size for a card; on smaller pictures it extends beyond their edge. */
const cardWidthPx = 240;
const cardHeightPx = 170;
const widestCardPx = 300;

/**
 * The centre of a card from the picture's corner: the centre of the visible part of the picture. Over a small picture
 * the card moves as far as the window's edges require.
 */
export function toCardStyle(box: Box): { left: string; top: string; maxWidth: string } {
  const x = middleOf(box.left, box.width, innerWidth, Math.min(cardWidthPx, innerWidth));
  const y = middleOf(box.top, box.height, innerHeight, cardHeightPx);
  const middle = box.left + x;
  // What is wider than it has room for would be cut off by the window.
  const room = Math.min(2 * middle, 2 * (innerWidth - middle));
  const isSeen = room >= Math.min(cardWidthPx, innerWidth);
  return {
    left: `${x}px`,
    top: `${y}px`,
    maxWidth: `${isSeen ? Math.min(widestCardPx, room) : widestCardPx}px`,
  };
}

function middleOf(start: number, length: number, windowLength: number, cardLength: number): number {
  const [from, to] = [Math.max(0, start), Math.min(windowLength, start + length)];
  // The card goes out of the window with its picture. A broken picture may have no width, and is seen nevertheless.
  if (from > to || (from === to && length > 0)) return length / 2;
  const half = cardLength / 2;
  return Math.max(half, Math.min((from + to) / 2, windowLength - half)) - start;
}
