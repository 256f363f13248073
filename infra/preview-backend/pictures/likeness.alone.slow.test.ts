import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  loadPicture,
  type MemoryPicture,
  openPicture,
  renderPicture,
  solidPicture,
} from '../pictures/picture.ts';
import { createPixelWorkers } from '../pictures/pixelWorkers.ts';
import { resizeInMemory } from '../pictures/resizePicture.ts';
import { psnr } from '../testing/likeness.ts';
import type { UpscaleModel } from './networks.ts';
import { countTiles, upscalePicture } from './upscalePicture.ts';

const workers = createPixelWorkers(2);
const deps = { workers, folders: { scratch: '' } };

beforeAll(async () => {
  deps.folders.scratch = await mkdtemp(join(tmpdir(), 'upscale-'));
});

afterAll(async () => {
  await workers.close();
  await rm(deps.folders.scratch, { recursive: true });
});

const rdn2: UpscaleModel = { network: 'rdn', scale: 2 };
const slim2: UpscaleModel = { network: 'slim-2x', scale: 2 };
const ignoreTiles = (): void => {};

/** The photograph of a flower that UpscalerJS ships (MIT), 128×128. */
async function readPhoto(): Promise<MemoryPicture> {
  const entry = createRequire(import.meta.url).resolve('@upscalerjs/esrgan-slim');
  const root = entry.slice(0, entry.indexOf(`${sep}dist${sep}`));
  return renderPicture(sharp(join(root, 'assets/fixture.png')), 3);
}

/** Without the border, where every method guesses. */
const cutBorder = ({ width, height, ...picture }: MemoryPicture): Promise<MemoryPicture> => {
  const box = { left: 8, top: 8, width: width - 16, height: height - 16 };
  return renderPicture(openPicture({ width, height, ...picture }).extract(box), 3);
};

test('restores more than a centred Lanczos, with the fine network', async () => {
  const original = await readPhoto();
  const small = await resizeInMemory(deps, original, { width: 64, height: 64 }, 'lanczos');
  const enlarged = await loadPicture(await upscalePicture(deps, small, rdn2, ignoreTiles));
  const byLanczos = await resizeInMemory(deps, small, original, 'lanczos');
  const likeness = async (picture: MemoryPicture) =>
    psnr(await cutBorder(original), await cutBorder(picture));
  expect(await likeness(enlarged)).toBeGreaterThan((await likeness(byLanczos)) + 0.3);
});

test.for([
  [260, 150, 6, slim2],
  [150, 20, 2, rdn2],
] as const)('makes tiles equal to the whole: %i×%i, %i tiles, %o', async ([width, height, count, model]) => {
  const photo = await resizeInMemory(deps, await readPhoto(), { width, height }, 'lanczos');
  let tiles = 0;
  const tiled = await loadPicture(
    await upscalePicture(deps, photo, model, () => {
      tiles += 1;
    }),
  );
  const whole = await workers.run('upscale-tile', {
    network: model.network,
    width,
    height,
    rgb: photo.pixels,
  });
  expect(tiles).toBe(count);
  expect(countTiles(width, height, model)).toBe(count);
  const largest = whole.reduce(
    (most, value, at) => Math.max(most, Math.abs(value - (tiled.pixels[at] ?? 0))),
    0,
  );
  expect(largest).toBeLessThanOrEqual(1);
});

test('uses Lanczos when the fine network would take too long', async () => {
  const [width, height] = [1600, 2501];
  let steps = 0;
  const enlarged = await upscalePicture(deps, solidPicture(width, height, [9, 120, 40]), rdn2, () => {
    steps += 1;
  });
  expect([enlarged.width, enlarged.height]).toEqual([2 * width, 2 * height]);
  expect([steps, countTiles(width, height, rdn2)]).toEqual([1, 1]);
  const { channels } = await openPicture(enlarged).stats();
  expect(channels.map(({ min, max }) => [min, max])).toEqual([
    [9, 9],
    [120, 120],
    [40, 40],
  ]);
  if (!Buffer.isBuffer(enlarged.pixels)) await rm(enlarged.pixels.path);
});
