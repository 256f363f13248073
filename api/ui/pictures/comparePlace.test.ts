import { expect, test } from 'vitest';
import { moveByKey, placeBefore, shareAt } from './comparePlace.ts';

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

test('an extended picture lies where the task put it, at whatever size its result is', () => {
  const before = { width: 400, height: 200 };
  const params = { left: 100, top: 0, right: 300, bottom: 200 };
  const place = { left: 0.125, top: 0, width: 0.5, height: 0.5 };
  expect(placeBefore(params, before, { width: 800, height: 400 })).toEqual(place);
  expect(placeBefore(params, before, { width: 1_600, height: 800 })).toEqual(place);
  expect(placeBefore({ left: 200 }, before, { width: 600, height: 200 })).toEqual({
    left: 1 / 3,
    top: 0,
    width: 2 / 3,
    height: 1,
  });
});

test('a picture that was not extended fills the frame', () => {
  const before = { width: 400, height: 200 };
  expect(placeBefore({ scale: 2 }, before, { width: 800, height: 400 })).toBeUndefined();
  expect(placeBefore({ left: 0, top: 0 }, before, before)).toBeUndefined();
  expect(placeBefore({ left: 4_000 }, before, { width: 800, height: 400 })).toBeUndefined();
});
