import { currentBuiltins } from '@star-graph/workflows/builtin';
import { describeParams } from '@star-graph/workflows/params/paramsMeta';
import { expect, test } from 'vitest';
import { fitNumber } from './fitValue.ts';
import type { FieldOf } from './formField.ts';
import { listFields } from './listFields.ts';
import { findShape, fitSize, listShapes } from './sizeShapes.ts';

const sizes = new Map(
  currentBuiltins.flatMap(({ name, params }) =>
    listFields(describeParams(params), 'en').flatMap((field) =>
      field.kind === 'size' ? [[name, field] as const] : [],
    ),
  ),
);
const sizeOf = (workflow: string) => sizes.get(workflow) as FieldOf<'size'>;

test('every shape of every shipped workflow is on its grid and within its limits', () => {
  expect(sizes.size).toBeGreaterThan(10);
  for (const [name, size] of sizes) {
    const shapes = listShapes(size);
    expect.soft(shapes.length, name).toBeGreaterThan(2);
    for (const { width, height } of shapes) {
      expect.soft(fitNumber(width, size.width), name).toBe(width);
      expect.soft(fitNumber(height, size.height), name).toBe(height);
    }
  }
});

test('the size that a model draws by itself is one of the shapes', () => {
  for (const [name, { width, height, ...field }] of sizes)
    if (width.default !== undefined && height.default !== undefined)
      expect
        .soft(listShapes({ ...field, width, height }), name)
        .toContainEqual(expect.objectContaining({ width: width.default, height: height.default }));
});

test('shapes have about the same area, so that none takes much longer', () => {
  const areas = listShapes(sizeOf('text2img')).map(({ width, height }) => width * height);
  expect(areas).toHaveLength(7);
  for (const area of areas) expect(Math.abs(area / 1024 ** 2 - 1)).toBeLessThan(0.02);
});

test('a size of one’s own has the shape that it resembles, or none', () => {
  const shapes = listShapes(sizeOf('text2img'));
  expect(findShape(shapes, { width: 512, height: 512 })?.ratio).toBe('1:1');
  expect(findShape(shapes, { width: 1000, height: 256 })).toBeUndefined();
  expect(findShape(shapes, { width: 1024 })).toBeUndefined();
});

test('a chosen side is brought to the grid, and one not chosen follows the picture', () => {
  expect(fitSize(sizeOf('ltx23-text2video'), { width: 1000, height: 9999 })).toEqual({
    width: 1024,
    height: 1920,
  });
  expect(fitSize(sizeOf('img2img'), { width: 801 })).toEqual({ width: 800 });
  expect(fitSize(sizeOf('text2img'), {})).toEqual({ width: 1024, height: 1024 });
});
