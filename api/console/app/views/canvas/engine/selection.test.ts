import { expect, test } from 'vitest';
import type { Layer } from './board.ts';
import { beginStroke, endStroke, strokeTo } from './brush.ts';
import { createLayer, flatten } from './layers.ts';
import {
  eraseSelected,
  fillSelected,
  invertSelection,
  joinSelections,
  keepSelected,
  mixSelected,
  type Selection,
  selectColour,
  selectLasso,
  selectRect,
  softenSelection,
} from './selection.ts';
import { boundsOf, noTiles, type Rect, readPixels, writePixels } from './tiles.ts';

const area: Rect = { x: -200, y: -100, width: 640, height: 400 };
const inside: Rect = { x: -30, y: 17, width: 300, height: 90 };

const stackOf = (layers: readonly Layer[]) => ({ layers, groups: [] });
const coverOf = (selection: Selection | undefined) =>
  readPixels(selection ?? noTiles, area).filter((_, at) => at % 4 === 3);
const sumOf = (selection: Selection | undefined) =>
  coverOf(selection).reduce((sum, cover) => sum + cover, 0) / 255;
const square = (x: number, y: number, side: number) => ({ x, y, width: side, height: side });

/** A layer whose bytes are all different from their neighbours, at an odd place. */
function noisy() {
  const pixels = Uint8ClampedArray.from({ length: area.width * area.height * 4 }, (_, at) =>
    at % 4 === 3 ? 255 : (at * 7_919) % 251,
  );
  const tiles = writePixels(noTiles, { ...area, x: area.x + 13, y: area.y - 7 }, pixels);
  return { ...createLayer('paint', 'noise', tiles), x: -13, y: 7 };
}

test('selections are joined, cut and inverted to the pixel', () => {
  const [a, b] = [selectRect(square(0, 0, 300)), selectRect(square(100, 100, 100))];
  expect(sumOf(joinSelections(a, selectRect(square(-50, 0, 100)), 'add'))).toBe(300 * 300 + 50 * 100);
  expect(sumOf(joinSelections(a, b, 'subtract'))).toBe(300 * 300 - 100 * 100);
  expect(sumOf(joinSelections(a, b, 'intersect'))).toBe(100 * 100);
  expect(sumOf(joinSelections(a, b, 'replace'))).toBe(100 * 100);
  expect(sumOf(invertSelection(b, square(0, 0, 300)))).toBe(300 * 300 - 100 * 100);
  expect([joinSelections(b, a, 'subtract'), joinSelections(undefined, a, 'intersect')]).toEqual([
    undefined,
    undefined,
  ]);
  const corners = [
    { x: 0, y: 0 },
    { x: 100, y: 0 },
    { x: 0, y: 100 },
  ];
  expect(sumOf(selectLasso(corners))).toBeCloseTo(5_000, -2);
  expect(selectLasso(corners.slice(0, 2)).size).toBe(0);
});

test('a selection of 8,192 by 8,192 pixels takes up no more than its edge', () => {
  const tiles = selectRect({ x: 5, y: 5, width: 8_192, height: 8_192 });
  expect(tiles.size).toBe(33 * 33);
  expect(new Set(tiles.values()).size).toBe(4 * 32 + 1);
});

test('a colour is selected where it hangs together, or wherever it is', () => {
  const red = (rect: Rect) =>
    Uint8ClampedArray.from(
      { length: rect.width * rect.height * 4 },
      (_, at) => [200, 0, 0, 255][at % 4] ?? 0,
    );
  const [first, second] = [square(0, 0, 20), square(40, 0, 10)];
  const tiles = writePixels(writePixels(noTiles, first, red(first)), second, red(second));
  const layers = [createLayer('paint', 'red', tiles)];
  const pick = (isJoined: boolean, tolerance = 0.1) =>
    sumOf(selectColour(stackOf(layers), area, { place: { x: 5, y: 5 }, tolerance, isJoined }));
  expect([pick(true), pick(false)]).toEqual([400, 500]);
  expect(
    selectColour(stackOf(layers), area, { place: { x: 9_999, y: 0 }, tolerance: 1, isJoined: true }).size,
  ).toBe(0);
});

test('brush, eraser, fill and clearing change not a bit outside of what is selected', () => {
  const layer = noisy();
  const selection = selectRect(inside);
  const limit = { selection, x: layer.x, y: layer.y };
  const brush = { size: 80, hardness: 0.3, opacity: 0.8, colour: [1, 2, 3] as const };
  const stroke = (isErasing: boolean) => {
    const made = beginStroke(layer.tiles, { ...brush, isErasing }, limit);
    for (const x of [-100, 100, 400]) strokeTo(made, { x: x - layer.x, y: 30 - layer.y, pressure: 1 });
    return { ...layer, tiles: endStroke(made) };
  };
  const before = flatten(stackOf([layer]), area);
  for (const changed of [
    stroke(false),
    stroke(true),
    fillSelected(layer, selection, [9, 9, 9]),
    eraseSelected(layer, selection),
    mixSelected(layer, { ...layer, tiles: noTiles }, selection),
  ]) {
    const after = flatten(stackOf([changed]), area);
    let [within, beyond] = [0, 0];
    for (let at = 0; at < after.length; at++) {
      if (after[at] === before[at]) continue;
      const [x, y] = [area.x + ((at >> 2) % area.width), area.y + Math.floor((at >> 2) / area.width)];
      const isInside =
        x >= inside.x && y >= inside.y && x < inside.x + inside.width && y < inside.y + inside.height;
      if (isInside) within += 1;
      else beyond += 1;
    }
    expect([within > 10_000, beyond]).toEqual([true, 0]);
  }
});

test('what is cut out of a layer is what was selected, and both together are the layer again', () => {
  const layer = noisy();
  const selection = selectRect(inside);
  const [kept, rest] = [keepSelected(layer, selection), eraseSelected(layer, selection)];
  expect(boundsOf(kept.tiles)).toEqual({ ...inside, x: inside.x + 13, y: inside.y - 7 });
  expect(
    Buffer.from(flatten(stackOf([rest, kept]), area)).equals(Buffer.from(flatten(stackOf([layer]), area))),
  ).toBe(true);
});

test('a softened edge fades evenly to both sides', () => {
  const soft = coverOf(softenSelection(selectRect(inside), 8));
  const at = (x: number) => soft[(inside.y + 45 - area.y) * area.width + x - area.x] ?? 0;
  expect([at(inside.x + 40), at(inside.x - 40)]).toEqual([255, 0]);
  expect(at(inside.x) + at(inside.x - 1)).toBeCloseTo(255, -1);
  expect([at(inside.x + 8), at(inside.x - 8)].map((cover) => cover > 10 && cover < 245)).toEqual([
    true,
    true,
  ]);
});
