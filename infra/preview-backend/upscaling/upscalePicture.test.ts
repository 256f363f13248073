import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  loadPicture,
  type MemoryPicture,
  openPicture,
  renderPicture,
  solidPicture,
} from '../pictures/picture.ts';
import { createPixelWorkers } from '../pictures/pixelWorkers.ts';
import { createScratchTiff } from '../pictures/scratchTiff.ts';
import { countTiles, type UpscaleModel, upscalePicture } from './upscalePicture.ts';

const workers = createPixelWorkers(2);
let scratch = '';

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'upscale-'));
});

afterAll(async () => {
  await workers.close();
  await rm(scratch, { recursive: true });
});

const slim2: UpscaleModel = { weights: 'esrgan-slim', scale: 2 };
const medium4: UpscaleModel = { weights: 'esrgan-medium', scale: 4 };
const ignoreTiles = (): void => {};

/** The photograph of a flower that UpscalerJS ships (MIT), 128×128. */
async function readPhoto(): Promise<MemoryPicture> {
  const entry = createRequire(import.meta.url).resolve('@upscalerjs/esrgan-slim');
  const root = entry.slice(0, entry.indexOf(`${sep}dist${sep}`));
  return renderPicture(sharp(join(root, 'assets/fixture.png')), 3);
}

const resize = (picture: MemoryPicture, width: number, height: number) =>
  renderPicture(openPicture(picture).resize(width, height, { fit: 'fill', kernel: 'lanczos3' }), 3);

/** Peak signal to noise in decibels; a border is left out, where every method guesses. */
function psnr(a: MemoryPicture, b: MemoryPicture, border: number): number {
  let squares = 0;
  let count = 0;
  for (let y = border; y < a.height - border; y++) {
    for (let at = (y * a.width + border) * 3; at < (y * a.width + a.width - border) * 3; at++) {
      squares += ((a.pixels[at] ?? 0) - (b.pixels[at] ?? 0)) ** 2;
      count += 1;
    }
  }
  return 10 * Math.log10(255 ** 2 / (squares / count));
}

describe('upscaling by a network', () => {
  it.for(['esrgan-slim', 'esrgan-medium'] as const)(
    'restores more of a photograph than Lanczos: %s',
    async (weights) => {
      const original = await readPhoto();
      const small = await resize(original, 64, 64);
      const enlarged = await loadPicture(
        await upscalePicture({ workers, folders: { scratch } }, small, { weights, scale: 2 }, ignoreTiles),
      );
      const byLanczos = psnr(original, await resize(small, 128, 128), 4);
      expect(psnr(original, enlarged, 4)).toBeGreaterThan(byLanczos + 0.3);
    },
  );

  it('makes the same of tiles as of the whole picture: there are no seams', async () => {
    const photo = await resize(await readPhoto(), 260, 150);
    let tiles = 0;
    const tiled = await loadPicture(
      await upscalePicture({ workers, folders: { scratch } }, photo, slim2, () => {
        tiles += 1;
      }),
    );
    const whole = await workers.run('upscale-tile', {
      ...slim2,
      width: photo.width,
      height: photo.height,
      rgb: photo.pixels,
    });
    expect(tiles).toBe(countTiles(260, 150));
    expect(tiles).toBe(6);
    const largest = whole.reduce(
      (most, value, at) => Math.max(most, Math.abs(value - (tiled.pixels[at] ?? 0))),
      0,
    );
    expect(largest).toBeLessThanOrEqual(1);
  });

  it.for([
    [1, 1, slim2],
    [1, 1, medium4],
    [7, 3, slim2],
    [129, 131, slim2],
    [105, 2, medium4],
  ] as const)('enlarges %i×%i exactly, with %o', async ([width, height, model]) => {
    const enlarged = await upscalePicture(
      { workers, folders: { scratch } },
      solidPicture(width, height, [200, 120, 40]),
      model,
      ignoreTiles,
    );
    const { pixels, ...size } = await loadPicture(enlarged);
    expect(size).toEqual({ width: width * model.scale, height: height * model.scale, channels: 3 });
    expect(pixels.length).toBe(size.width * size.height * 3);
  });

  it('keeps an alpha channel beside the colours', async () => {
    const half = solidPicture(20, 10, [10, 200, 30, 128]);
    const enlarged = await loadPicture(
      await upscalePicture({ workers, folders: { scratch } }, half, slim2, ignoreTiles),
    );
    expect([enlarged.width, enlarged.height, enlarged.channels]).toEqual([40, 20, 4]);
    const alphas = new Set(enlarged.pixels.filter((_, at) => at % 4 === 3));
    expect(alphas).toEqual(new Set([128]));
  });

  it('stops between tiles when it is told to, and leaves no file behind', async () => {
    const big = solidPicture(2100, 2100, [1, 2, 3]);
    let tiles = 0;
    const running = upscalePicture({ workers, folders: { scratch } }, big, slim2, () => {
      tiles += 1;
      if (tiles >= 3) throw new Error('stop');
    });
    await expect(running).rejects.toThrow('stop');
    expect(tiles).toBeLessThan(countTiles(2100, 2100) / 10);
    expect(await readdir(scratch)).toEqual([]);
  });
});

describe('results too big for memory', () => {
  it('go to a file that reads like any other picture', async () => {
    const [width, height] = [301, 67];
    const rows = Buffer.from(Array.from({ length: width * height * 3 }, (_, at) => (at * 31) % 256));
    const tiff = await createScratchTiff(scratch, width, height);
    const half = 40 * width * 3;
    await tiff.writeRows(rows.subarray(half), 40);
    await tiff.writeRows(rows.subarray(0, half), 0);
    await tiff.close();
    const read = await loadPicture({ width, height, channels: 3, pixels: { path: tiff.path } });
    expect(read.pixels.equals(rows)).toBe(true);
    await rm(tiff.path);
  });
});
