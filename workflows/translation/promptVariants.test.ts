import { expect, test } from 'vitest';
import { countVariants, listVariants } from './promptVariants.ts';

test.each([
  ['a {red|blue} boat', ['a red boat', 'a blue boat']],
  ['{a|b} {1|2}', ['a 1', 'a 2', 'b 1', 'b 2']],
  ['a {small {cat|dog}|fish}', ['a small cat', 'a small dog', 'a fish']],
  ['a boat{, at night|}', ['a boat, at night', 'a boat']],
])('%s stands for each of its ways, in order', (prompt, variants) => {
  expect(listVariants(prompt)).toEqual(variants);
  expect(countVariants(prompt)).toBe(variants.length);
});

test.each(['a boat', '', 'a|b', '{"subject": "a boat"}', 'a {boat', 'a {red|blue boat', 'a boat}', '}{'])(
  '%s has no ways, and stays as it is',
  (prompt) => {
    expect(listVariants(prompt)).toEqual([prompt]);
  },
);

test('ways beyond all bounds are counted and not written out', () => {
  const many = '{a|b}'.repeat(800);
  expect(countVariants(many)).toBeGreaterThan(1e200);
  expect(() => listVariants(many)).toThrow(RangeError);
  expect(countVariants(`${'{'.repeat(2_000)}a|b`)).toBe(1);
  expect(countVariants(`${'{a|'.repeat(1_000)}b${'}'.repeat(1_000)}`)).toBe(1_001);
});
