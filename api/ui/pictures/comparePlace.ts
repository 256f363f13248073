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
