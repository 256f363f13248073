import { expect, test } from 'vitest';
import { moveByKey, shareAt } from './comparePlace.ts';

test('the line is where the finger is, and ends at the edges', () => {
  const frame = { left: 100, width: 200 };
  expect([50, 100, 150, 300, 999].map((x) => shareAt(x, frame))).toEqual([0, 0, 0.25, 1, 1]);
  expect(shareAt(5, { left: 0, width: 0 })).toBe(0.5);
});

test('keys move the line as they move any slider', () => {
  expect(moveByKey(0.5, 'ArrowRight', false)).toBeCloseTo(0.52);
  expect(moveByKey(0.5, 'ArrowLeft', true)).toBeCloseTo(0.4);
  expect(moveByKey(0.95, 'PageUp', false)).toBe(1);
  expect([moveByKey(0.3, 'Home', false), moveByKey(0.3, 'End', false)]).toEqual([0, 1]);
  expect(moveByKey(0.3, 'Tab', false)).toBeUndefined();
});
