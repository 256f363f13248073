import { expect, test } from 'vitest';
import type { Touch } from '../stageParts.tsx';
import { createGestures } from './maskGestures.ts';
import { pressAnywhere, pressOnStage, releaseOnStage } from './maskKeys.ts';
import { createMaskSession } from './maskSession.ts';
import { toPicture } from './maskView.ts';

function open() {
  const session = createMaskSession({ width: 1000, height: 800 });
  session.setStage({ width: 532, height: 432 });
  const gestures = createGestures(session);
  const held = { shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, repeat: false };
  return {
    session,
    gestures,
    press: (key: string, more: Partial<typeof held> = {}) =>
      pressOnStage(session, { ...held, ...more, key }) || pressAnywhere(session, { ...held, ...more, key }),
    release: (key: string) => releaseOnStage(session, { key }),
    steps: () => session.drawing.value.steps,
  };
}
const touch = (id: number, x: number, y: number, more: Partial<Touch> = {}): Touch => ({
  id,
  x,
  y,
  kind: 'touch',
  button: 0,
  pressure: 0.5,
  ...more,
});

test('one finger paints where it is', () => {
  const { gestures, steps } = open();
  gestures.down(touch(1, 16, 16), false);
  gestures.move(1, [touch(1, 66, 16), touch(1, 116, 16)]);
  gestures.up(1);
  expect(steps()).toEqual([
    { kind: 'stroke', isErasing: false, points: [0, 100, 200].map((x) => ({ x, y: 0, width: 80 })) },
  ]);
});

test('two fingers zoom, and the stroke of the first leaves nothing', () => {
  const { session, gestures, steps } = open();
  gestures.down(touch(1, 200, 200), false);
  gestures.move(1, [touch(1, 210, 200)]);
  gestures.down(touch(2, 300, 200), false);
  gestures.move(2, [touch(2, 390, 200)]);
  gestures.up(2);
  gestures.move(1, [touch(1, 100, 100)]);
  gestures.up(1);
  expect(steps()).toEqual([]);
  expect(session.view.value.scale).toBeCloseTo(1);
  gestures.down(touch(3, 200, 200), false);
  gestures.up(3);
  expect(steps()).toHaveLength(1);
});

test('a pen draws by its pressure, its other end wipes, and the hand beside it does not paint', () => {
  const { gestures, steps } = open();
  gestures.down(touch(1, 100, 100, { kind: 'pen', pressure: 1 }), false);
  gestures.up(1);
  gestures.down(touch(1, 100, 100, { kind: 'pen', pressure: 0, button: 5 }), false);
  gestures.up(1);
  gestures.down(touch(2, 100, 100), false);
  gestures.move(2, [touch(2, 300, 300)]);
  gestures.up(2);
  expect(steps()).toMatchObject([
    { isErasing: false, points: [{ width: 80 }] },
    { isErasing: true, points: [{ width: 20 }] },
  ]);
});

test('a held Space moves the picture instead of painting', () => {
  const { session, gestures, steps, press } = open();
  press('+');
  press('+');
  const before = toPicture(session.view.value, { x: 0, y: 0 });
  gestures.down(touch(1, 200, 200, { kind: 'mouse' }), true);
  gestures.move(1, [touch(1, 240, 200, { kind: 'mouse' })]);
  gestures.up(1);
  expect(steps()).toEqual([]);
  expect(toPicture(session.view.value, { x: 40, y: 0 }).x).toBeCloseTo(before.x);
});

test('the keyboard paints a line, wipes, fills, and takes it back', () => {
  const { session, press, release, steps } = open();
  press('ArrowLeft');
  press('Enter');
  press('Enter', { repeat: true });
  press('ArrowRight');
  press('ArrowRight');
  release('Enter');
  expect(steps()).toMatchObject([{ kind: 'stroke', points: [{ x: 480 }, { x: 500 }, { x: 520 }] }]);
  press('e');
  press(' ');
  release(' ');
  expect(steps()[1]).toMatchObject({ kind: 'stroke', isErasing: true });
  press('e');
  press('f');
  expect(steps()[2]).toMatchObject({ kind: 'fill', isErasing: false, x: 520, y: 400 });
  press('z');
  press('z', { ctrlKey: true });
  expect(steps()).toHaveLength(1);
  press('Z', { shiftKey: true });
  expect(steps()).toHaveLength(2);
  expect(session.isPainting.value).toBe(false);
});

test('brackets change the brush within its limits', () => {
  const { session, press } = open();
  press(']');
  expect(session.brush.value).toBe(100);
  for (let times = 0; times < 40; times++) press('[');
  expect(session.brush.value).toBe(2);
  for (let times = 0; times < 60; times++) press(']');
  expect(session.brush.value).toBe(500);
});

test('the cursor stays in the picture, and in sight', () => {
  const { session, press } = open();
  for (let times = 0; times < 10; times++) press('+');
  for (let times = 0; times < 200; times++) press('ArrowRight', { shiftKey: true });
  expect(session.cursor.value.x).toBe(1000);
  const { view } = session;
  expect(toPicture(view.value, { x: 532, y: 0 }).x).toBeGreaterThanOrEqual(1000);
});

test('a drawing for another picture is not continued', () => {
  const { session } = open();
  session.beginStroke({ x: 1, y: 1, width: 4 });
  session.endStroke();
  const drawing = session.drawing.value;
  expect(createMaskSession({ width: 1000, height: 800 }, drawing).drawing.value).toBe(drawing);
  expect(createMaskSession({ width: 800, height: 1000 }, drawing).drawing.value.steps).toEqual([]);
});

test('a rectangle and a lasso become the area within, and a dot becomes nothing', () => {
  const { session, gestures, steps } = open();
  const draw = (places: [number, number][], more: Partial<Touch> = {}) => {
    const [first, ...others] = places.map(([x, y]) => touch(1, x, y, { kind: 'mouse', button: 0, ...more }));
    if (first) gestures.down(first, false);
    gestures.move(1, others);
    gestures.up(1);
  };
  session.tool.value = 'rectangle';
  draw([[16, 16]]);
  expect(steps()).toEqual([]);
  draw([
    [16, 16],
    [66, 116],
  ]);
  session.tool.value = 'lasso';
  const corners: [number, number][] = [
    [16, 16],
    [116, 16],
    [16, 116],
  ];
  draw(corners, { isTaking: true });
  expect(steps()).toEqual([
    {
      kind: 'area',
      isErasing: false,
      points: [
        { x: 0, y: 0 },
        { x: 100, y: 0 },
        { x: 100, y: 200 },
        { x: 0, y: 200 },
      ],
    },
    {
      kind: 'area',
      isErasing: true,
      points: [
        { x: 0, y: 0 },
        { x: 200, y: 0 },
        { x: 0, y: 200 },
      ],
    },
  ]);
  expect(session.outline.value).toBeUndefined();
});

test('the wand keeps where it was put and how near a colour must be', () => {
  const { session, gestures, press, steps } = open();
  expect(press('w')).toBe(true);
  session.tolerance.value = 0.3;
  gestures.down(touch(1, 66, 66), false);
  gestures.up(1);
  expect(steps()).toEqual([{ kind: 'wand', isErasing: false, x: 100, y: 100, tolerance: 0.3 }]);
});
