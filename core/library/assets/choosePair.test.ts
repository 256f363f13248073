import { expect, test } from 'vitest';
import { choosePair, eloChange } from './choosePair.ts';

const rated = (id: string, rating = 1_500, comparisons = 0) => ({ id, rating, comparisons });

test('who was expected to win gains little, and who was not gains much', () => {
  expect(eloChange(1_500, 1_500)).toBe(16);
  expect(eloChange(1_900, 1_500)).toBe(3);
  expect(eloChange(1_500, 1_900)).toBe(29);
});

test('the least compared picture stands beside the nearest in rating', () => {
  const some = [rated('a', 1_700, 9), rated('b', 1_480, 1), rated('c', 1_500, 5), rated('d', 1_300, 4)];
  expect(choosePair(some, new Set())).toEqual(['b', 'c']);
});

test('no pair is asked for twice, in neither order, and none is made up', () => {
  const some = [rated('a'), rated('b'), rated('c')];
  const known = new Set<string>();
  const asked: string[] = [];
  for (let pair = choosePair(some, known); pair; pair = choosePair(some, known)) {
    const name = pair.toSorted().join(' ');
    asked.push(name);
    known.add(name);
  }
  expect(asked.toSorted()).toEqual(['a b', 'a c', 'b c']);
  expect(choosePair([rated('a')], new Set())).toBeUndefined();
});
