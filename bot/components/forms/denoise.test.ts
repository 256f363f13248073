import { expect, test } from 'vitest';
import { en } from '../../replies/texts/en.ts';
import { parseDenoise } from './denoise.ts';

test.each([
  ['', undefined],
  [' 0,4 ', 0.4],
  ['0.05', 0.05],
  ['1', 1],
])('a form takes %j as %s', (text, expected) => {
  expect(parseDenoise(en, text)).toBe(expected);
});

test.each(['0', '0.04', '1.1', 'much'])('a form refuses %s, which the workflow would not take', (text) => {
  expect(() => parseDenoise(en, text)).toThrow(en.badOption('Denoise, from 0.05 to 1'));
});
