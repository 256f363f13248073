import { uploadMaxPixels } from '@star-graph/workflows/shared/uploadRules';
import { expect, test } from 'vitest';
import { fitSize } from './fitSize.ts';

test('what the server takes keeps its size', () => {
  for (const size of [
    { width: 8_000, height: 8_000 },
    { width: 1, height: 1 },
    { width: 16_000, height: 4_000 },
  ])
    expect(fitSize(size)).toEqual(size);
});

test('a larger picture keeps its shape and just fits', () => {
  const { width, height } = fitSize({ width: 12_000, height: 9_000 });
  expect(width * height).toBeLessThanOrEqual(uploadMaxPixels);
  expect(width * height).toBeGreaterThan(uploadMaxPixels * 0.999);
  expect(width / height).toBeCloseTo(4 / 3, 3);
  expect(fitSize({ width: 60_000, height: 10 })).toEqual({ width: 16_384, height: 2 });
});

test('a picture and its mask of the same size stay the same', () => {
  const size = { width: 10_007, height: 8_009 };
  expect(fitSize(size)).toEqual(fitSize({ ...size }));
});
