import { expect, test } from 'vitest';
import { holdsPattern, holdsWord } from './wordFilter.ts';

test.each([
  ['a grim castle', ['grim'], true],
  ['a GRIM castle', ['grim'], true],
  ['a pilgrim', ['grim'], false],
  ['grimly lit', ['grim'], false],
  ['grimly lit', ['grim*'], true],
  ['a pilgrim', ['*grim'], true],
  ['pilgrimage', ['*grim'], false],
  ['pilgrimage', ['*grim*'], true],
  ['一座阴森的城堡', ['阴森'], true],
  ['grim', ['*'], false],
  ['１２３ full width', ['123'], true],
  ['gr\u200bim', ['grim'], true],
  ['a 𝒢rim 𠀀 castle', ['grim'], true],
  ['a𐐀grim', ['grim'], false],
  ['𐐀grim', ['*grim'], true],
  ['a.b', ['a+b'], false],
  ['(((((', ['('], true],
  ['a dark  wood', ['dark wood'], false],
  ['a dark wood', ['dark wood'], true],
  ['anything', ['other', 'any*'], true],
])('%j holds one of %j: %s', (text, words, expected) => {
  expect(holdsWord(text, words)).toBe(expected);
});

test('patterns match in either case, and an invalid one matches nothing', () => {
  expect(holdsPattern('A GRIM castle', ['gr[aeiou]m'])).toBe(true);
  expect(holdsPattern('gr\u200bim', ['grim'])).toBe(true);
  expect(holdsPattern('a castle', ['gr[aeiou]m', '('])).toBe(false);
  expect(holdsPattern('a'.repeat(4_000), ['(a+)+$b', '(a|a?)+!'])).toBe(false);
});
