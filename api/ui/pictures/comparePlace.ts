interface Size {
  width: number;
  height: number;
}

/** In shares of the later picture. */
export interface BeforePlace {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Where an extended picture lies within its result, by the task's values. Undefined: it was not extended. */
export function placeBefore(
  params: Readonly<Record<string, unknown>>,
  before: Size,
  after: Size,
): BeforePlace | undefined {
  const sideOf = (name: string): number => (typeof params[name] === 'number' ? params[name] : 0);
  const [left, top, right, bottom] = ['left', 'top', 'right', 'bottom'].map(sideOf) as [
    number,
    number,
    number,
    number,
  ];
  const whole = { width: left + before.width + right, height: top + before.height + bottom };
  if (left + top + right + bottom === 0 || before.width <= 0 || before.height <= 0) return undefined;
  // Another workflow may mean something else by these names: its result has another shape.
  const isWhole =
    Math.abs(whole.width * after.height - whole.height * after.width) <= whole.width * slackPixels;
  if (!isWhole) return undefined;
  return {
    left: left / whole.width,
    top: top / whole.height,
    width: before.width / whole.width,
    height: before.height / whole.height,
  };
}

/** Models work in steps of some pixels. */
const slackPixels = 64;

/** From 0, all of the later picture, to 1, all of the earlier one. */
const within = (share: number): number => Math.min(1, Math.max(0, share));

export const shareAt = (x: number, { left, width }: { left: number; width: number }): number =>
  width <= 0 ? 0.5 : within((x - left) / width);

const small = 0.02;
const large = 0.1;

/** Where a key brings the line; undefined for a key that does not move it. */
export function moveByKey(share: number, key: string, isFar: boolean): number | undefined {
  const step = isFar ? large : small;
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return within(share - step);
    case 'ArrowRight':
    case 'ArrowUp':
      return within(share + step);
    case 'PageDown':
      return within(share - large);
    case 'PageUp':
      return within(share + large);
    case 'Home':
      return 0;
    case 'End':
      return 1;
    default:
      return undefined;
  }
}
