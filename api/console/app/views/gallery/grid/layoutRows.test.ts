import { expect, test } from 'vitest';
import { aspectOf, layoutRows } from './layoutRows.ts';

const shapes = Array.from({ length: 200 }, (_, index) => ({
  width: 400 + ((index * 37) % 900),
  height: 400 + ((index * 53) % 700),
  createdAt: '2026-11-20T12:00:00.000Z',
}));
const space = { width: 1000, wanted: 200, gap: 8 };

test('each line fills the width with pictures in their shape', () => {
  const rows = layoutRows(shapes, space);
  for (const { first, end, height } of rows.slice(0, -1)) {
    const widths = shapes.slice(first, end).map((shape) => aspectOf(shape) * height);
    const filled = widths.reduce((sum, width) => sum + width, 0) + space.gap * (end - first - 1);
    expect(filled).toBeCloseTo(space.width, 6);
    expect(height).toBeLessThanOrEqual(space.wanted);
  }
});

test('every picture stands in one line, in its order', () => {
  const rows = layoutRows(shapes, space);
  expect(rows.flatMap(({ first, end }) => shapes.slice(first, end))).toEqual(shapes);
  expect(layoutRows([], space)).toEqual([]);
});

test('what comes later leaves the full lines as they are', () => {
  const before = layoutRows(shapes.slice(0, 120), space).slice(0, -1);
  expect(layoutRows(shapes, space).slice(0, before.length)).toEqual(before);
});

test('a picture of extreme or unknown shape takes a usual place', () => {
  expect(aspectOf({ width: 9_000, height: 10 })).toBe(2.6);
  expect(aspectOf({ width: 10, height: 9_000 })).toBe(0.5);
  expect(aspectOf({ width: 0, height: 0 })).toBe(1);
});

test('each month begins a line below its heading, in the time zone of who looks', () => {
  const at = (month: number, day: number) => new Date(2026, month, day, 12).toISOString();
  const times = [at(11, 1), at(10, 30), at(10, 2), at(10, 1), at(7, 3)];
  const listed = times.map((createdAt) => ({ width: 100, height: 100, createdAt }));
  const rows = layoutRows(listed, { ...space, heading: 40 });
  expect(rows.map(({ month, first, end }) => [month, first, end])).toEqual([
    [at(11, 1), 0, 0],
    [undefined, 0, 1],
    [at(10, 30), 1, 1],
    [undefined, 1, 4],
    [at(7, 3), 4, 4],
    [undefined, 4, 5],
  ]);
  expect(rows.map(({ height }) => height)).toEqual([40, 200, 40, 200, 40, 200]);
});

test('a month that was left has no second heading', () => {
  const times = [
    new Date(2026, 11, 1),
    new Date(2026, 10, 30, 23),
    new Date(2026, 11, 1),
    new Date(2026, 10, 30),
  ];
  const listed = times.map((time) => ({ width: 100, height: 100, createdAt: time.toISOString() }));
  const rows = layoutRows(listed, { ...space, heading: 40 });
  expect(rows.filter(({ month }) => month !== undefined)).toHaveLength(2);
  expect(rows.reduce((sum, { first, end }) => sum + end - first, 0)).toBe(4);
});
