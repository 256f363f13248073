import { expect, test } from 'vitest';
import { priceAtEach, usedOf } from './price.ts';

test.each([
  [10, [], 10],
  [10, [150, 110], 17],
  [10, [110, 150], 17],
  [3, [50, 50, 10], 1],
  [1, [101, 101], 2],
  [10, [300, 50], 15],
  [10 ** 12, [1_000, 1_000], 10 ** 12],
])('%d credits at %j %% one of the other are %d', (credits, percents, expected) => {
  expect(priceAtEach(credits, percents)).toBe(expected);
});

test.each([
  [120, 0, 1],
  [120, 0.001, 1],
  [120, 0.1, 12],
  [120, 0.101, 13],
  [120, 1, 120],
  [120, 3, 120],
  [0, 0.5, 0],
])('of %d credits for a time, a share of %d that was used costs %d', (credits, share, expected) => {
  expect(usedOf(credits, share)).toBe(expected);
});
