import { expect, test } from 'vitest';
import { requireWholeText } from './wholeText.ts';

const half = 'x\ud800y';
const pointersOf = (body: unknown): string[] => {
  try {
    requireWholeText(body);
    return [];
  } catch (error) {
    expect(error).toMatchObject({ code: 'invalid-params' });
    return (error as { errors: { pointer: string }[] }).errors.map(({ pointer }) => pointer);
  }
};

test('half a surrogate pair is found in values, lists and keys', () => {
  expect(pointersOf({ a: half, 'b/c': [{ d: half }], e: { [half]: 1 }, f: '🐈' })).toEqual([
    '/a',
    '/e',
    '/b~1c/0/d',
  ]);
  expect(pointersOf(half)).toEqual(['']);
  expect(pointersOf({ a: ['🐈', null, 1, undefined] })).toEqual([]);
});

test('a body nested deeper than the stack is read completely', () => {
  const levels = 200_000;
  expect(pointersOf(JSON.parse(`${'['.repeat(levels)}1${']'.repeat(levels)}`))).toEqual([]);
  expect(pointersOf(JSON.parse(`${'['.repeat(levels)}"\\ud800"${']'.repeat(levels)}`))).toHaveLength(1);
});
