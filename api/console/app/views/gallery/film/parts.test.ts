import { expect, test } from 'vitest';
import { type Film, secondsOf, split, toEdit, toStills, trim, wholePart } from './parts.ts';

const film: Film = { id: 'one', url: '', seconds: 4, fps: 10, hasSound: true };
const other: Film = { ...film, id: 'two', seconds: 2 };

test('a part keeps one frame, however its ends are drawn', () => {
  const part = wholePart(film);
  expect(trim(part, { from: 9 })).toMatchObject({ from: 3.9, to: 4 });
  expect(trim({ ...part, from: 1 }, { to: 0 })).toMatchObject({ from: 1, to: 1.1 });
  expect(trim(part, { from: -1 })).toMatchObject({ from: 0 });
  expect(trim(part, { to: 9 })).toMatchObject({ to: 4 });
});

test('a part is cut in two, and not where one would have no frame', () => {
  const part = { ...wholePart(film), speed: 2 };
  expect(split(part, 1.5)).toMatchObject([
    { from: 0, to: 1.5, speed: 2 },
    { from: 1.5, to: 4, speed: 2 },
  ]);
  expect(split(part, 0.05)).toEqual([part]);
  expect(new Set(split(part, 2).map(({ key }) => key)).size).toBe(2);
  expect(secondsOf(split(part, 1.5), 3)).toBe(6);
});

test('each film is named once, in the order of the parts', () => {
  const parts = [
    { ...wholePart(other), speed: 0.5 },
    wholePart(film),
    { ...wholePart(other), from: 0.33333 },
  ];
  expect(toEdit(parts, { repeats: 2, sound: false, format: 'gif' })).toEqual({
    video: 'two',
    video2: 'one',
    parts: [
      { film: 1, from: 0, to: 2, speed: 0.5 },
      { film: 2, from: 0, to: 4, speed: 1 },
      { film: 1, from: 0.333, to: 2, speed: 1 },
    ],
    repeats: 2,
    sound: false,
    format: 'gif',
  });
  expect(toStills(film, [0, 4])).toEqual({ video: 'one', parts: [{ from: 0 }, { from: 4 }], format: 'png' });
});
