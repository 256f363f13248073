import { describe, expect, test } from 'vitest';
import { heapify, heapPop, heapPush } from './heap.ts';

const isLess = (a: number, b: number): boolean => a < b;

describe('a heap that is shown as a bare array', () => {
  test('has the very order of Python’s heapq', () => {
    const heap: number[] = [];
    for (const number of [115, 116, 117, -118, -119, -1000, 5000, 4999, 120, 121])
      heapPush(heap, number, isLess);
    // heapq.heappush of the same numbers in CPython 3.13.
    expect(heap).toEqual([-1000, -118, -119, 116, 115, 117, 5000, 4999, 120, 121]);
    const popped = Array.from({ length: 3 }, () => heapPop(heap, isLess));
    expect(popped).toEqual([-1000, -119, -118]);
    expect(heap).toEqual([115, 116, 117, 4999, 120, 121, 5000]);
  });

  test('keeps a pushed item when comparing fails and loses a popped one', () => {
    const fails = (): boolean => {
      throw new TypeError('not comparable');
    };
    const heap = [1];
    expect(() => heapPush(heap, 2, fails)).toThrow('not comparable');
    expect(heap).toEqual([1, 2]);
    const three = [1, 2, 3];
    expect(() => heapPop(three, fails)).toThrow('not comparable');
    expect(three).toHaveLength(2);
    expect(three).not.toContain(1);
  });

  test('is restored after an item was taken out of the middle', () => {
    const heap = [9, 1, 8, 2, 7];
    heapify(heap, isLess);
    expect(Array.from({ length: 5 }, () => heapPop(heap, isLess))).toEqual([1, 2, 7, 8, 9]);
    expect(heapPop(heap, isLess)).toBeUndefined();
  });
});
