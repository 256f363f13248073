import { expect, test } from 'vitest';
import { priceAt } from './priceAt.ts';

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
