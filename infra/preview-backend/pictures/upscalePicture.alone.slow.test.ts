import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadPicture, solidPicture } from '../pictures/picture.ts';
import { createPixelWorkers } from '../pictures/pixelWorkers.ts';
import { createScratchTiff } from '../pictures/scratchTiff.ts';
import type { UpscaleModel } from './networks.ts';
import { countTiles, upscalePicture } from './upscalePicture.ts';

/** What the networks make of a photograph is compared in `likeness.alone.slow`. */
const workers = createPixelWorkers(2);
const deps = { workers, folders: { scratch: '' } };

beforeAll(async () => {
  deps.folders.scratch = await mkdtemp(join(tmpdir(), 'upscale-'));
});

afterAll(async () => {
  await workers.close();
  await rm(deps.folders.scratch, { recursive: true });
});

const slim2: UpscaleModel = { network: 'slim-2x', scale: 2 };
const medium4: UpscaleModel = { network: 'medium-4x', scale: 4 };
const ignoreTiles = (): void => {};

describe('upscaling by a network', () => {
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
