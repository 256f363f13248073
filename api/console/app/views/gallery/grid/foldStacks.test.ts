import { expect, test } from 'vitest';
import { foldStacks } from './foldStacks.ts';

const at = (day: number) => `2026-11-${String(day).padStart(2, '0')}T00:00:00.000Z`;
const made = (
  id: string,
  day: number,
  from: { task?: string; parentId?: string; inputs?: string[] } = {},
) => {
  const { task = `t${id}`, ...rest } = from;
  return { id, createdAt: at(day), task: { id: task, workflow: { name: 'w', version: 1 }, ...rest } };
};

// The newest first: f is made of b, which is made of a; e goes on from the task of c and d; g is of another's.
const listed = [
  made('g', 7, { inputs: ['unknown'], parentId: 'gone' }),
  made('f', 6, { inputs: ['b'] }),
  made('e', 5, { parentId: 'four' }),
  made('d', 4, { task: 'four' }),
  made('c', 3, { task: 'four' }),
  made('b', 2, { inputs: ['mask', 'a'] }),
  { id: 'a', createdAt: at(1) },
];

test('a picture and all that was made of it fold to the newest of them', () => {
  const { shown, marks } = foldStacks(listed, new Set());
  expect(shown.map(({ id }) => id)).toEqual(['g', 'f', 'e', 'd']);
  expect([...marks]).toEqual([
    ['f', { root: 'a', count: 3, isOpen: false, isCover: true }],
    ['e', { root: 'c', count: 2, isOpen: false, isCover: true }],
  ]);
});

test('an open stack shows all of its pictures behind the cover, in its month', () => {
  const { shown, marks } = foldStacks(listed, new Set(['a']));
  expect(shown.map(({ id, createdAt }) => [id, createdAt])).toEqual([
    ['g', at(7)],
    ['f', at(6)],
    ['b', at(6)],
    ['a', at(6)],
    ['e', at(5)],
    ['d', at(4)],
  ]);
  expect(marks.get('b')).toEqual({ root: 'a', count: 3, isOpen: true, isCover: false });
});

test('pictures that name one another in a circle stand by themselves', () => {
  const circle = [made('y', 2, { inputs: ['x'] }), made('x', 1, { inputs: ['y'] })];
  expect(foldStacks(circle, new Set()).shown.map(({ id }) => id)).toEqual(['y']);
  const self = [made('z', 1, { inputs: ['z'] })];
  expect(foldStacks(self, new Set()).shown).toEqual(self);
});
