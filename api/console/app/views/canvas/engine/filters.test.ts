import { expect, test } from 'vitest';
import { adjust, drawLines, noAdjustment, type Picture } from './filters.ts';

const size = { width: 40, height: 30 };
const noise = (): Picture => ({
  ...size,
  bytes: Uint8ClampedArray.from({ length: 40 * 30 * 4 }, (_, at) => (at * 7_919) % 256),
});
/** Black to the left, white to the right. */
const halves = (): Picture => ({
  ...size,
  bytes: Uint8ClampedArray.from({ length: 40 * 30 * 4 }, (_, at) =>
    at % 4 === 3 || (at >> 2) % 40 >= 20 ? 255 : 0,
  ),
});
const pixel = ({ bytes, width }: Picture, x: number, y = 15) => [
  ...bytes.subarray((y * width + x) * 4, (y * width + x) * 4 + 4),
];
const grey = (value: number): Picture => ({
  width: 1,
  height: 1,
  bytes: Uint8ClampedArray.of(value, value, value, 255),
});

test('an adjustment of nothing changes not a bit, and its picture stays as it was', () => {
  const before = noise();
  expect(adjust(before, noAdjustment).bytes).toEqual(before.bytes);
  adjust(before, { ...noAdjustment, blur: 3, sharpen: 1, brightness: 0.5 });
  expect(before.bytes).toEqual(noise().bytes);
});

test('brightness, contrast, levels and saturation move colours and no opacity', () => {
  const one = (value: number, change: Partial<typeof noAdjustment>) =>
    pixel(adjust(grey(value), { ...noAdjustment, ...change }), 0, 0)[0];
  expect([one(100, { brightness: 0.2 }), one(100, { contrast: 0.5 }), one(100, { contrast: 1 })]).toEqual([
    151, 72, 0,
  ]);
  expect([one(100, { black: 0.4 }), one(100, { white: 0.3 }), one(64, { gamma: 2 })]).toEqual([0, 255, 128]);
  const colour = { width: 1, height: 1, bytes: Uint8ClampedArray.of(200, 100, 50, 77) };
  const [red, green, blue, alpha] = pixel(adjust(colour, { ...noAdjustment, saturation: -1 }), 0, 0);
  expect([red === green && green === blue, alpha]).toEqual([true, 77]);
});

test('a blur mixes neighbours without a dark edge at what is empty, and sharpening parts them', () => {
  const soft = adjust(halves(), { ...noAdjustment, blur: 2 });
  expect(pixel(soft, 20)[0]).toBeGreaterThan(100);
  expect(pixel(soft, 20)[0]).toBeLessThan(200);
  const sharp = adjust(soft, { ...noAdjustment, sharpen: 2 });
  expect((pixel(sharp, 22)[0] ?? 0) - (pixel(sharp, 17)[0] ?? 0)).toBeGreaterThan(
    (pixel(soft, 22)[0] ?? 0) - (pixel(soft, 17)[0] ?? 0),
  );
  const half = halves();
  for (let at = 0; at < half.bytes.length; at += 4) if ((at >> 2) % 40 < 20) half.bytes[at + 3] = 0;
  const faded = pixel(adjust(half, { ...noAdjustment, blur: 2 }), 19);
  expect([faded[0], (faded[3] ?? 255) < 255]).toEqual([255, true]);
});

test('lines are where brightness changes, and a plain picture has none', () => {
  const lines = drawLines(halves());
  expect([pixel(lines, 19), pixel(lines, 5), pixel(lines, 35)]).toEqual([
    [255, 255, 255, 255],
    [0, 0, 0, 255],
    [0, 0, 0, 255],
  ]);
  expect(drawLines(grey(77)).bytes).toEqual(Uint8ClampedArray.of(0, 0, 0, 255));
});
