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

export const isEmptyBox = ({ width, height }: Box): boolean => width === 0 || height === 0;

/** The least size for a card; on smaller pictures it extends beyond their edge. */
const cardWidthPx = 160;
const cardHeightPx = 170;

/**
 * The centre of a card from the picture's corner: the centre of the visible part of the picture. Over a small picture
 * the card moves as far as the window's edges require.
 */
export function toCardStyle(box: Box): { left: string; top: string } {
  const x = middleOf(box.left, box.width, innerWidth, cardWidthPx);
  const y = middleOf(box.top, box.height, innerHeight, cardHeightPx);
  return { left: `${x}px`, top: `${y}px` };
}

function middleOf(start: number, length: number, windowLength: number, cardLength: number): number {
  const [from, to] = [Math.max(0, start), Math.min(windowLength, start + length)];
  // The card goes out of the window with its picture.
  if (from >= to) return length / 2;
  const half = cardLength / 2;
  return Math.max(half, Math.min((from + to) / 2, windowLength - half)) - start;
}
