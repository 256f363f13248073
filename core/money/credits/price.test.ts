import { expect, test } from 'vitest';
import { priceAt, priceAtEach, usedOf } from './price.ts';

test.each([
  [10, 100, 10],
  [10, 150, 15],
  [1, 101, 2],
  [3, 150, 5],
  [1, 1, 1],
  [200, 1, 2],
  [100, 10_000, 10_000],
])('%d credits at %d %% are %d', (credits, percent, expected) => {
  expect(priceAt(credits, percent)).toBe(expected);
});

test('a price is whole, and never falls with work or percentage', () => {
  for (let credits = 1; credits <= 300; credits++) {
    expect(priceAt(credits, 100)).toBe(credits);
    for (let percent = 1; percent <= 400; percent++) {
      const price = priceAt(credits, percent);
      expect(Number.isSafeInteger(price)).toBe(true);
      if (priceAt(credits + 1, percent) < price || priceAt(credits, percent + 1) < price)
        throw new Error(`the price falls after ${credits} credits at ${percent} %`);
    }
  }
});

test("a fractional price or percentage is the caller's fault", () => {
  expect(() => priceAt(1.5, 101)).toThrow();
  expect(() => priceAt(2 ** 50, 10_000)).toThrow();
});

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
