export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/**
 * Follows elements while the page scrolls, lays out anew or drops them. Looks once a frame, as long as something is
 * followed: no event tells of every reason for which an element moves.
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
