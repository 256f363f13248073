import { expect, test } from 'vitest';
import { fitRange, fitTimes } from './fitRange.ts';

test('zero is in view whatever the values are', () => {
  expect(fitRange(40, 100, 4)).toEqual([0, 108]);
  expect(fitRange(-50, -10, 4)).toEqual([-54, 0]);
  expect(fitRange(-50, 50, 4)).toEqual([-58, 58]);
});

test('an axis has a height when all values are zero or unknown', () => {
  expect(fitRange(0, 0, 4)).toEqual([0, 4]);
  expect(fitRange(null, null, 1)).toEqual([0, 1]);
});

test('a single time stands in the middle, and bars at the ends are whole', () => {
  expect(fitTimes([7_200_000], false)).toEqual([5_400_000, 9_000_000]);
  const hours = [0, 3_600_000, 7_200_000];
  expect(fitTimes(hours, false)).toEqual([0, 7_200_000]);
  expect(fitTimes(hours, true)).toEqual([-2_160_000, 9_360_000]);
});

test('a time of seconds is shown within ten minutes, so that the axis does not name one minute twice', () => {
  expect(fitTimes([600_000, 620_000], false)).toEqual([20_000, 620_000]);
});
