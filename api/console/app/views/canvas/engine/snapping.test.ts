import { expect, test } from 'vitest';
import type { Board } from './board.ts';
import { createLayer } from './layers.ts';
import { boxOf, changeRulers, linesFor, snapRect, ticksOf } from './snapping.ts';
import { noTiles, writePixels } from './tiles.ts';

const square = { x: 0, y: 0, width: 20, height: 20 };
const tiles = writePixels(noTiles, square, new Uint8ClampedArray(20 * 20 * 4).fill(255));
const [red, blue, hidden] = [
  createLayer('paint', 'Red', tiles),
  { ...createLayer('paint', 'Blue', tiles), x: 300 },
  { ...createLayer('paint', 'Hidden', tiles), x: 700, isHidden: true },
];
const frame = { x: -16, y: 8, width: 64, height: 48 };
const stack: Board = { layers: [red, blue, hidden], groups: [], frame, chosen: red.id };

test('what is moved snaps to guides, and to edges and middles of what stays and is seen', () => {
  const guided = changeRulers(stack, { guides: { x: [100], y: [] } });
  const lines = linesFor(guided, 'layers');
  // The frame goes from −16 to 48 and from 8 to 56.
  expect(lines).toEqual({ x: [100, -16, 16, 48, 300, 310, 320], y: [8, 32, 56, 0, 10, 20] });
  expect(linesFor(guided, 'frame').x).toEqual([100, 0, 10, 20, 300, 310, 320]);
  expect(linesFor(changeRulers(guided, { isHidden: true }), 'layers').x).not.toContain(100);
  const at = (x: number, y = 500) => snapRect({ x, y, width: 20, height: 20 }, lines, 6);
  expect(at(95)).toEqual({ by: { x: 5, y: 0 }, met: { x: [100], y: [] } });
  expect(at(84)).toMatchObject({ by: { x: -4 }, met: { x: [100] } });
  expect(at(93)).toMatchObject({ by: { x: -3 } });
  expect(at(107)).toEqual({ by: { x: 0, y: 0 }, met: { x: [], y: [] } });
  // Of the same size, it lies on all three lines of the other.
  expect(at(302, 2)).toEqual({ by: { x: -2, y: -2 }, met: { x: [300, 310, 320], y: [0, 10, 20] } });
  expect(
    boxOf([
      { x: 5, y: 9 },
      { x: -1, y: 2.5 },
      { x: 0, y: 12 },
    ]),
  ).toEqual({ x: -1, y: 2.5, width: 6, height: 9.5 });
});

test('a ruler has values that are easily read, however far one has zoomed', () => {
  const values = (scale: number, offset = 0) =>
    ticksOf({ offset, scale, length: 300 }).flatMap(({ at, value }) =>
      value === undefined ? [] : [[value, at]],
    );
  expect(values(1)).toEqual([
    [0, 0],
    [100, 100],
    [200, 200],
    [300, 300],
  ]);
  expect(values(0.05, 10)).toEqual([
    [0, 10],
    [2_000, 110],
    [4_000, 210],
  ]);
  expect(values(32, -3_200)).toEqual([
    [100, 0],
    [102, 64],
    [104, 128],
    [106, 192],
    [108, 256],
  ]);
});
