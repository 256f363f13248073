import { expect, test } from 'vitest';
import { findPlaceFault, listWithin, pathTo } from './collectionTree.ts';

/** a > b > c > d > e, and f > g beside it. */
const all = [
  { id: 'a' },
  ...['ab', 'bc', 'cd', 'de'].map(([parentId, id]) => ({ id: id ?? '', parentId: parentId ?? null })),
  { id: 'f', parentId: null },
  { id: 'g', parentId: 'f' },
];
const letters = (found: readonly { id: string }[]) => found.map(({ id }) => id).join('');

test('a collection lies in no collection of its own, and five deep at most with all in it', () => {
  expect([letters(pathTo(all, 'd')), letters(pathTo(all, null)), letters(listWithin(all, 'c'))]).toEqual([
    'abcd',
    '',
    'cde',
  ]);
  expect(['a', 'c', 'e'].map((parent) => findPlaceFault(all, 'a', parent))).toEqual([
    'itself',
    'itself',
    'itself',
  ]);
  expect([
    findPlaceFault(all, 'f', 'c'),
    findPlaceFault(all, 'f', 'd'),
    findPlaceFault(all, 'g', 'd'),
  ]).toEqual([undefined, 'depth', undefined]);
  expect([
    findPlaceFault(all, 'g', 'e'),
    findPlaceFault(all, 'e', 'a'),
    findPlaceFault(all, 'c', null),
  ]).toEqual(['depth', undefined, undefined]);
});

test('a circle that no release writes ends a path', () => {
  const circle = [
    { id: 'x', parentId: 'y' },
    { id: 'y', parentId: 'x' },
  ];
  expect(letters(pathTo(circle, 'x'))).toBe('yx');
});
