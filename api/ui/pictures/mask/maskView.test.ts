import { expect, test } from 'vitest';
import { fitView, panBy, pinch, reveal, toPicture, toStage, zoomAt } from './maskView.ts';

const picture = { width: 8000, height: 6000 };
const stage = { width: 832, height: 632 };
const fitted = fitView(picture, stage);

test('a picture of any size is seen whole at first', () => {
  expect(fitted).toEqual({ scale: 0.1, x: 16, y: 16 });
  expect(fitView({ width: 100, height: 100 }, stage)).toEqual({ scale: 2, x: 316, y: 216 });
});

test('the place under the pointer stays there while one zooms', () => {
  const at = { x: 300, y: 200 };
  const place = toPicture(fitted, at);
  const near = zoomAt(fitted, at, 8, picture, stage);
  expect(near.scale).toBeCloseTo(0.8);
  expect(toStage(near, place).x).toBeCloseTo(at.x);
  expect(toStage(near, place).y).toBeCloseTo(at.y);
});

test('zoom ends at the whole picture and at single pixels', () => {
  const at = { x: 1, y: 1 };
  expect(zoomAt(fitted, at, 0.01, picture, stage)).toEqual(fitted);
  expect(zoomAt(fitted, at, 1e6, picture, stage).scale).toBe(16);
});

test('a part of the picture is always in sight', () => {
  const near = zoomAt(fitted, { x: 400, y: 300 }, 4, picture, stage);
  for (const by of [-1e6, 1e6]) {
    const { x, y } = toPicture(panBy(near, { x: by, y: by }, picture, stage), {
      x: stage.width / 2,
      y: stage.height / 2,
    });
    expect(x).toBeGreaterThan(0);
    expect(x).toBeLessThan(picture.width);
    expect(y).toBeGreaterThan(0);
    expect(y).toBeLessThan(picture.height);
  }
});

test('two fingers move and zoom at once, about their middle', () => {
  const near = zoomAt(fitted, { x: 400, y: 300 }, 4, picture, stage);
  const before = [
    { x: 350, y: 300 },
    { x: 450, y: 300 },
  ] as const;
  const after = [
    { x: 320, y: 330 },
    { x: 520, y: 330 },
  ] as const;
  const place = toPicture(near, { x: 400, y: 300 });
  const moved = pinch(near, before, after, picture, stage);
  expect(moved.scale).toBeCloseTo(near.scale * 2);
  expect(toStage(moved, place).x).toBeCloseTo(420);
  expect(toStage(moved, place).y).toBeCloseTo(330);
});

test('the view follows a cursor that leaves it', () => {
  const near = zoomAt(fitted, { x: 400, y: 300 }, 10, picture, stage);
  const place = { x: 7999, y: 3000 };
  const { x } = toStage(reveal(near, place, picture, stage), place);
  expect(x).toBeLessThanOrEqual(stage.width - 16);
  expect(reveal(near, toPicture(near, { x: 400, y: 300 }), picture, stage)).toBe(near);
});
