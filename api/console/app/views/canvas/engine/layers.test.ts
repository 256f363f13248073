import { expect, test } from 'vitest';
import { createLayer, hideMasks } from './layers.ts';
import { noTiles, writePixels } from './tiles.ts';

test('masks of what was redrawn are hidden, and nothing else', () => {
  const dot = (x: number) => {
    const rect = { x, y: 0, width: 20, height: 20 };
    return writePixels(noTiles, rect, new Uint8ClampedArray(20 * 20 * 4).fill(255));
  };
  const near = createLayer('mask', 'Near', dot(0));
  const far = createLayer('mask', 'Far', dot(900));
  const blank = createLayer('mask', 'Blank');
  const others = (['paint', 'control', 'reference'] as const).map((kind) => createLayer(kind, kind, dot(0)));
  const frame = { x: 0, y: 0, width: 1_024, height: 1_024 };
  const before = { layers: [near, far, blank, ...others], groups: [], frame, chosen: near.id };
  const after = hideMasks(before, { x: 10, y: 10, width: 100, height: 100 });
  expect(after).toEqual({ ...before, layers: [{ ...near, isHidden: true }, far, blank, ...others] });
});
