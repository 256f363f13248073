import { expect, test } from 'vitest';
import { cleanName } from './shownName.ts';

test.each([
  [
    'what turns the words behind it',
    '\u202emoc.elpmaxe yb\u2066 \u05e9\u05dc',
    'moc.elpmaxe yb \u05e9\u05dc',
  ],
  ['what nobody sees', ' Cl\u200baude\u2028\u0007 ', 'Claude'],
  ['half a character', 'Claude\ud83d', 'Claude\ufffd'],
  ['what is too long, between characters', `x${'\u{1f600}'.repeat(90)}`, `x${'\u{1f600}'.repeat(63)}`],
  ['all that it is', '\u202e\u2066', ''],
])('a name is shown without %s', (_what, name, shown) => {
  expect(cleanName(name, 64)).toBe(shown);
});
