import { expect, test } from 'vitest';
import { parseTestLimitMs } from './testLimit.ts';

test('a test run may take its usual minutes, or TEST_LIMIT_MINUTES', () => {
  for (const unset of [undefined, '', ' ']) expect(parseTestLimitMs(unset, 40)).toBe(40 * 60_000);
  expect(parseTestLimitMs('60', 40)).toBe(60 * 60_000);
  expect(parseTestLimitMs('0.5', 40)).toBe(30_000);
});

test.each(['0', '-1', 'forty', '40m', 'Infinity', '1441'])(
  'a limit of "%s" is refused with the right form',
  (given) => {
    expect(() => parseTestLimitMs(given, 40)).toThrow(`TEST_LIMIT_MINUTES is "${given}". Give the minutes`);
  },
);
