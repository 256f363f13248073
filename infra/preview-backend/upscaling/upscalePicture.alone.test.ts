import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  loadPicture,
  type MemoryPicture,
  openPicture,
  renderPicture,
  solidPicture,
} from '../pictures/picture.ts';
import { createPixelWorkers } from '../pictures/pixelWorkers.ts';
import { resizeInMemory } from '../pictures/resize/resizePicture.ts';
import { createScratchTiff } from '../pictures/resize/scratchTiff.ts';
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
const medium4: UpscaleModel = { network: 'medium-4x', scale: 4 };
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

describe('upscaling by a network', () => {
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
  ] as const)(
    'makes tiles equal to the whole: %i×%i, %i tiles, %o',
    async ([width, height, count, model]) => {
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
    },
  );

  test("doubles twice for factor four and counts both passes' tiles", async () => {
    const model = { network: 'slim-2x', scale: 4 } as const;
    let tiles = 0;
    const enlarged = await upscalePicture(deps, solidPicture(70, 5, [90, 120, 40]), model, () => {
      tiles += 1;
    });
    expect([enlarged.width, enlarged.height]).toEqual([280, 20]);
    expect(tiles).toBe(3);
    expect(countTiles(70, 5, model)).toBe(3);
  });

  test.for([
    [1, 1, slim2],
    [1, 1, medium4],
    [7, 3, slim2],
    [129, 131, slim2],
    [105, 2, medium4],
  ] as const)('enlarges %i×%i exactly, with %o', async ([width, height, model]) => {
    const enlarged = await upscalePicture(
      deps,
      solidPicture(width, height, [200, 120, 40]),
      model,
      ignoreTiles,
    );
    const { pixels, ...size } = await loadPicture(enlarged);
    expect(size).toEqual({ width: width * model.scale, height: height * model.scale, channels: 3 });
    expect(pixels.length).toBe(size.width * size.height * 3);
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

  test('keeps an alpha channel beside the colours', async () => {
    const half = solidPicture(20, 10, [10, 200, 30, 128]);
    const enlarged = await loadPicture(await upscalePicture(deps, half, slim2, ignoreTiles));
    expect([enlarged.width, enlarged.height, enlarged.channels]).toEqual([40, 20, 4]);
    const alphas = new Set(enlarged.pixels.filter((_, at) => at % 4 === 3));
    expect(alphas).toEqual(new Set([128]));
  });

  test('stops between tiles on request and leaves no file behind', async () => {
    const big = solidPicture(2100, 2100, [1, 2, 3]);
    let tiles = 0;
    const running = upscalePicture(deps, big, slim2, () => {
      tiles += 1;
      if (tiles >= 3) throw new Error('stop');
    });
    await expect(running).rejects.toThrow('stop');
    expect(tiles).toBeLessThan(countTiles(2100, 2100, slim2) / 10);
    expect(await readdir(deps.folders.scratch)).toEqual([]);
  });
});

describe('results too big for memory', () => {
  test('go to a file that reads like any other picture', async () => {
    const [width, height] = [301, 67];
    const rows = Buffer.from(Array.from({ length: width * height * 3 }, (_, at) => (at * 31) % 256));
    const tiff = await createScratchTiff(deps.folders.scratch, width, height);
    const half = 40 * width * 3;
    await tiff.writeRows(rows.subarray(half), 40);
    await tiff.writeRows(rows.subarray(0, half), 0);
    await tiff.close();
    const read = await loadPicture({ width, height, channels: 3, pixels: { path: tiff.path } });
    expect(read.pixels.equals(rows)).toBe(true);
    await rm(tiff.path);
  });
});
