import { describe, expect, test } from 'vitest';
import { findEdges } from './canny.ts';

/** A light square on dark ground. */
function square(side: number, from: number, to: number, light: number): Uint8Array {
  return Uint8Array.from({ length: side * side }, (_, at) => {
    const [x, y] = [at % side, Math.floor(at / side)];
    return x >= from && x < to && y >= from && y < to ? light : 20;
  });
}

const edgePixels = (edges: Uint8Array): number => edges.filter((value) => value === 255).length;

describe('Canny', () => {
  const side = 64;
  const input = { width: side, height: side, grey: square(side, 16, 48, 220), low: 0.4, high: 0.8 };

  test('draws only the outline of a square, thin and closed', () => {
    const edges = findEdges(input);
    const columns = (y: number) =>
      [...edges.subarray(y * side, (y + 1) * side)].flatMap((v, x) => (v ? [x] : []));
    // Through the middle there is one pixel on either side, next to the border between light and dark.
    expect(columns(32)).toHaveLength(2);
    const [left, right] = columns(32) as [number, number];
    expect([left === 15 || left === 16, right === 47 || right === 48]).toEqual([true, true]);
    expect(columns(5)).toEqual([]);
    expect(edgePixels(edges)).toBeGreaterThan(100);
    expect(edgePixels(edges)).toBeLessThan(140);
  });

  test('leaves out what stays below the upper threshold', () => {
    expect(edgePixels(findEdges({ ...input, grey: square(side, 16, 48, 50) }))).toBe(0);
  });

  test('takes pictures of one pixel', () => {
    expect([...findEdges({ width: 1, height: 1, grey: Uint8Array.of(9), low: 0.1, high: 0.2 })]).toEqual([0]);
  });
});
