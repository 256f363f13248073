import { expect, test } from 'vitest';
import { findPatterns, findWords, holdsPattern, holdsWord } from './wordFilter.ts';

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

test.each([
  ['a grimoire', ['grim*'], false],
  ['a GRIM\u200bOIRE', ['grim*'], false],
  ['grimoires', ['grim*'], true],
  ['a grimoire, grimly lit', ['grim*'], true],
  ['a grimoire', ['*moir*'], false],
  ['the grim reaper', ['grim*'], true],
  ['a ham', ['ham'], true],
  ['阴森林', ['阴森'], false],
])('%j holds one of %j although whole words are allowed: %s', (text, words, expected) => {
  expect(holdsWord(text, words, ['grimoire', 'ham', '阴森林'])).toBe(expected);
});

test.each([
  ['a grim castle', 'grim', 'grim'],
  ['a gr\u200bim castle', '*rim', 'r\u200bim'],
  ['\u200bＧＲＩＭ', 'grim', 'ＧＲＩＭ'],
  ['İİ ﬁne grim', 'grim', 'grim'],
  ['one cafe\u0301 grim', 'café', 'cafe\u0301'],
  ['각각 grim', 'grim', 'grim'],
  ['一座阴森的城堡', '阴森', '阴森'],
  ['grimoire, then grimly', 'grim*', 'grim'],
])('in %j the place of %j is %j as it was given', (text, word, expected) => {
  const [place] = findWords(text, [word], ['grimoire']);
  expect(text.slice(place?.start, place?.end)).toBe(expected);
  expect(place?.start).toBe(text.lastIndexOf(expected));
  const [pattern] = findPatterns(text, [expected.normalize('NFKC').replaceAll('\u200b', '')]);
  expect(text.slice(pattern?.start, pattern?.end)).toBe(expected);
});

test('what a text does not hold has no place', () => {
  expect(findWords('a pilgrim', ['grim'], [])).toEqual([undefined]);
  expect(findPatterns('a pilgrim', ['^grim', 'x*'])).toEqual([undefined, { start: 0, end: 0 }]);
});

test('patterns match in either case, and an invalid one matches nothing', () => {
  expect(holdsPattern('A GRIM castle', ['gr[aeiou]m'])).toBe(true);
  expect(holdsPattern('gr\u200bim', ['grim'])).toBe(true);
  expect(holdsPattern('a castle', ['gr[aeiou]m', '('])).toBe(false);
  expect(holdsPattern('a'.repeat(4_000), ['(a+)+$b', '(a|a?)+!'])).toBe(false);
});
