import { expect, test } from 'vitest';
import { fitToServer } from './limits.ts';

test('leaves a picture alone that the server can work on', () => {
  expect(fitToServer({ width: 4_000, height: 3_000 }, { workflow: 'upscale', scale: 2 })).toEqual({
    width: 4_000,
    height: 3_000,
  });
});

test.each([
  [{ width: 7_680, height: 4_320 }, { workflow: 'upscale', scale: 4 }, 134_217_728, 16_384],
  [{ width: 7_680, height: 4_320 }, { workflow: 'upscale', scale: 2 }, 134_217_728, 16_384],
  [{ width: 12_000, height: 400 }, { workflow: 'upscale', scale: 2 }, 134_217_728, 16_384],
  [{ width: 20_000, height: 10_000 }, { workflow: 'img2img' }, 64_000_000, 20_000],
] as const)('shrinks %j so that the result of %j is allowed', (size, work, maxPixels, maxSide) => {
  const fitted = fitToServer(size, work);
  const scale = 'scale' in work ? work.scale : 1;
  expect(fitted.width * fitted.height * scale ** 2).toBeLessThanOrEqual(maxPixels);
  expect(Math.max(fitted.width, fitted.height) * scale).toBeLessThanOrEqual(maxSide);
  expect(fitted.width / fitted.height).toBeCloseTo(size.width / size.height, 1);
});
