import { expect, test } from 'vitest';
import { numberOf } from './stateNumber.ts';

test('a state keeps its number, and what was changed since has another', () => {
  const [before, changed] = [{ layers: ['a fox'] }, { layers: ['a fox'] }];
  const number = numberOf(before);
  expect(numberOf(changed)).not.toBe(number);
  expect(numberOf(before)).toBe(number);
});
