import { expect, test } from 'vitest';
import {
  blurPlane,
  coverageOf,
  fillArea,
  fillColour,
  type Pixels,
  type Plane,
  scaleRows,
  workingScale,
} from './plane.ts';

/** `#` is painted. */
const read = (...rows: string[]): Plane => ({
  width: rows[0]?.length ?? 0,
  height: rows.length,
  bytes: Uint8Array.from(rows.join(''), (sign) => (sign === '#' ? 255 : 0)),
});
const write = ({ width, bytes }: Plane): string[] =>
  Array.from({ length: bytes.length / width }, (_, row) =>
    [...bytes.slice(row * width, (row + 1) * width)].map((byte) => (byte > 127 ? '#' : '.')).join(''),
  );

test('an outline is filled, and nothing outside it', () => {
  const plane = read('......', '.####.', '.#..#.', '.#..#.', '.####.', '......');
  expect(fillArea(plane, 2.4, 2.9, false)).toBe(true);
  expect(write(plane)).toEqual(['......', '.####.', '.####.', '.####.', '.####.', '......']);
});

test('a winding area is filled to its last corner', () => {
  const plane = read('.#...', '.#.#.', '.#.#.', '...#.', '####.');
  fillArea(plane, 0, 0, false);
  expect(coverageOf(plane)).toBe(1);
});

test('the eraser wipes one painted area, and leaves the others', () => {
  const plane = read('##..#', '#...#', '....#');
  fillArea(plane, 0, 0, true);
  expect(write(plane)).toEqual(['....#', '....#', '....#']);
});

test('a fill outside the picture or on what is painted changes nothing', () => {
  const plane = read('#.', '..');
  expect([fillArea(plane, -1, 0, false), fillArea(plane, 2, 0, false), fillArea(plane, 0, 0, false)]).toEqual(
    [false, false, false],
  );
  expect(write(plane)).toEqual(['#.', '..']);
});

test('a feathered edge fades, and the edge of the picture does not', () => {
  const plane = read(...Array.from({ length: 3 }, () => `${'#'.repeat(20)}${'.'.repeat(20)}`));
  const soft = blurPlane(plane, 3).bytes.slice(0, 40);
  expect(soft[0]).toBe(255);
  expect(soft[39]).toBe(0);
  const fading = [...soft].filter((byte) => byte > 0 && byte < 255);
  expect(fading.length).toBeGreaterThan(8);
  expect(fading).toEqual([...fading].sort((a, b) => b - a));
  expect(blurPlane(plane, 0.2)).toBe(plane);
});

test('rows at another size keep the shape', () => {
  const rows = scaleRows(read('#.', '.#'), { width: 4, height: 6 });
  const large = {
    width: 4,
    height: 6,
    bytes: Uint8Array.from([0, 1, 2, 3, 4, 5].flatMap((row) => [...rows(row)])),
  };
  expect(write(large)).toEqual(['##..', '##..', '##..', '..##', '..##', '..##']);
  expect([...scaleRows(read('#.', '.#'), { width: 2, height: 2 })(1)]).toEqual([0, 255]);
});

test('the working size is bounded, whatever the picture has', () => {
  expect(workingScale({ width: 1024, height: 1024 })).toBe(1);
  const scale = workingScale({ width: 8000, height: 8000 });
  expect(8000 * scale * 8000 * scale).toBeLessThanOrEqual(2048 * 2048 + 1);
});

test('the wand takes what hangs together and has the colour, and takes it away again', () => {
  // Two dark places that a bright column parts, one of them a little lighter.
  const shades = [10, 10, 200, 10, 20, 10, 200, 10];
  const data = Uint8ClampedArray.from(shades.flatMap((shade) => [shade, shade, shade, 255]));
  const plane = { width: 4, height: 2, bytes: new Uint8Array(8) };
  // As a canvas gives them: their size is not their own.
  const pixels = Object.create({ width: 4, height: 2, data }) as Pixels;
  const wand = (x: number, tolerance: number, isErasing = false) => {
    fillColour(plane, pixels, { x, y: 0, tolerance, isErasing });
    return [...plane.bytes].map((byte) => (byte === 255 ? 'x' : '.')).join('');
  };
  expect(wand(0, 0)).toBe('xx...x..');
  expect(wand(0, 0.1)).toBe('xx..xx..');
  expect(wand(3, 0)).toBe('xx.xxx.x');
  expect(wand(0, 0.1, true)).toBe('...x...x');
  expect(fillColour(plane, pixels, { x: 9, y: 0, tolerance: 1, isErasing: false })).toBe(false);
});
