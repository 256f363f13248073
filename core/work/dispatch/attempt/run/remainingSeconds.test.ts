import { expect, test } from 'vitest';
import { remainingSeconds } from './remainingSeconds.ts';

test.each([
  ['before anything is done, what such runs take', { percent: 0, ranSeconds: 5, usualSeconds: 40 }, 40],
  ['at its usual pace, the rest of the usual time', { percent: 50, ranSeconds: 20, usualSeconds: 40 }, 20],
  ['slower than usual, more', { percent: 50, ranSeconds: 40, usualSeconds: 40 }, 30],
  ['near its end, its own pace', { percent: 90, ranSeconds: 900, usualSeconds: 40 }, 91],
  ['at its end, a moment', { percent: 100, ranSeconds: 40, usualSeconds: 40 }, 1],
])('expects of a run %s', (_, run, seconds) => {
  expect(remainingSeconds(run)).toBe(seconds);
});
