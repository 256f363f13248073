import { expect, test } from 'vitest';
import { parseTextPattern } from './textPattern.ts';

test.each([
  ['gr[ie]m', 'a Grim castle', true],
  ['gr[ie]m', 'a gram', false],
  ['阴.', '一座阴森的城堡', true],
  ['\\bcat\\b', 'a catalogue', false],
])('%s in %j: %s', (source, text, expected) => {
  expect(parseTextPattern(source)?.isIn(text)).toBe(expected);
});

test.each([
  '',
  '(',
  '(?<=a)b',
  '(a)\\1',
  'a{1001}',
  '((a{100}){100}){100}',
  '(x{0,100}y){5}',
  'a'.repeat(121),
  '[z-a]',
])('%j is no pattern', (source) => {
  expect(parseTextPattern(source)).toBeUndefined();
});

test.each(['(a+)+$', '(a|a?)+$', '(a*)*b', '(.*)(.*)(.*)(.*)x', '(a|aa)+!$'])(
  '%s, endless under backtracking, takes steps linear in the text',
  (source) => {
    const pattern = parseTextPattern(source);
    // With backtracking the first of these would practically never end.
    expect(pattern?.isIn(`${'a'.repeat(20_000)}b?`)).toBeTypeOf('boolean');
  },
);
