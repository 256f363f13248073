import { afterEach, expect, test, vi } from 'vitest';
import { toCardStyle } from './placement.ts';

afterEach(() => vi.unstubAllGlobals());

const edgesOf = (box: Parameters<typeof toCardStyle>[0]) => {
  const { left, maxWidth } = toCardStyle(box);
  const middle = box.left + Number.parseFloat(left);
  const half = Number.parseFloat(maxWidth) / 2;
  return [middle - half, middle + half];
};

test.each([
  [1280, 24, 0],
  [1280, 0, 40],
  [1280, 1240, 40],
  [1280, 100, 200],
  [640, 300, 140],
  [180, 10, 60],
])(
  'in a window of %i px, no card over a picture at %i px of %i px is cut off',
  (width, left, pictureWidth) => {
    vi.stubGlobal('innerWidth', width);
    vi.stubGlobal('innerHeight', 400);
    const [start = Number.NaN, end = Number.NaN] = edgesOf({
      left,
      top: 100,
      width: pictureWidth,
      height: 100,
    });
    expect(start).toBeGreaterThanOrEqual(0);
    expect(end).toBeLessThanOrEqual(width);
    expect(end - start).toBeGreaterThanOrEqual(Math.min(180, width));
  },
);
