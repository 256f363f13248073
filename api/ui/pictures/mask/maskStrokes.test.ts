import { expect, test } from 'vitest';
import {
  addStep,
  clear,
  createDrawing,
  extendStroke,
  fitsPicture,
  isUntouched,
  listVisible,
  type MaskStep,
  redo,
  setFeather,
  undo,
  widthAt,
} from './maskStrokes.ts';

const stroke = (x: number): MaskStep => ({
  kind: 'stroke',
  isErasing: false,
  points: [{ x, y: 1, width: 4 }],
});
const empty = createDrawing({ width: 800, height: 600 });
const two = addStep(addStep(empty, stroke(1)), stroke(2));

test('steps are undone and redone in their order', () => {
  expect(undo(two).steps).toEqual([stroke(1)]);
  expect(undo(undo(two)).steps).toEqual([]);
  expect(redo(redo(undo(undo(two))))).toEqual(two);
  expect(undo(empty)).toBe(empty);
  expect(redo(two)).toBe(two);
});

test('after a new step nothing can be redone', () => {
  expect(redo(addStep(undo(two), stroke(3))).steps).toEqual([stroke(1), stroke(3)]);
});

test('a cleared mask comes back by undo, and clearing nothing is no step', () => {
  expect(isUntouched(clear(two))).toBe(true);
  expect(undo(clear(two)).steps).toEqual(two.steps);
  expect(clear(empty)).toBe(empty);
  expect(clear(clear(two)).steps).toHaveLength(3);
});

test('what a full or an empty mask covers is not drawn again', () => {
  const full = addStep(addStep(two, { kind: 'fillAll' }), stroke(3));
  expect(listVisible(full)).toEqual([{ kind: 'fillAll' }, stroke(3)]);
  expect(listVisible(addStep(two, { kind: 'invert' }))).toHaveLength(3);
});

test('a drawing survives its storage, and fits pictures of its size alone', () => {
  const stored = JSON.parse(JSON.stringify(setFeather(two, 12)));
  expect(stored).toEqual(setFeather(two, 12));
  expect(fitsPicture(stored, { width: 800, height: 600 })).toBe(true);
  expect(fitsPicture(stored, { width: 600, height: 800 })).toBe(false);
  expect(fitsPicture(undefined, { width: 800, height: 600 })).toBe(false);
});

test('a pen that is pressed less draws thinner, and never nothing', () => {
  expect(widthAt(40, undefined)).toBe(40);
  expect(widthAt(40, 1)).toBe(40);
  expect(widthAt(40, 0)).toBe(10);
  expect(widthAt(40, 7)).toBe(40);
});

test('points that lie on each other are kept once', () => {
  const at = (x: number, width = 50) => ({ x, y: 0, width });
  expect(extendStroke([at(0)], [at(1), at(2), at(10), at(11), at(30)])).toEqual([at(0), at(10), at(30)]);
  const points = [at(0)];
  expect(extendStroke(points, [at(1)])).toBe(points);
  expect(extendStroke([at(0)], [at(1, 30)])).toHaveLength(2);
});
