import { expect, test } from 'vitest';
import { putBack } from './putBack.ts';

const list = (letters: string) => [...letters].map((id) => ({ id }));
const after = (now: string, before: string, back: string) =>
  putBack(list(now), list(before), (id) => back.includes(id))
    .map(({ id }) => id)
    .join('');

test('what comes back stands where it stood, in a list that has grown at both ends', () => {
  expect(after('NcdfMO', 'abcdef', 'abe')).toBe('NabcdefMO');
  // Another one is gone for good, or is there again already.
  expect(after('Nd', 'abcdef', 'bd')).toBe('Nbd');
  expect(after('', 'abc', 'ca')).toBe('ac');
});
