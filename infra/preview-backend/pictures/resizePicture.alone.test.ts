import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MemoryPicture } from './picture.ts';
import { createPixelWorkers } from './pixelWorkers.ts';
import { resample } from './resample.ts';
import { resizeInMemory } from './resizePicture.ts';
import { createScratchTiff } from './scratchTiff.ts';
import { planTaps } from './taps.ts';

const workers = createPixelWorkers(1);
const folders = { scratch: '' };
const deps = { workers, folders };

beforeAll(async () => {
  folders.scratch = await mkdtemp(join(tmpdir(), 'resize-'));
  setWasmPaths(dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm')) + sep);
  await tf.setBackend('wasm');
});

afterAll(async () => {
  await workers.close();
  await rm(folders.scratch, { recursive: true });
});

const methods = ['nearest-exact', 'bilinear', 'area', 'bicubic', 'lanczos', 'bislerp'] as const;

function paint(width: number, height: number, colour: (x: number, y: number) => number[]): MemoryPicture {
  const rows = Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => colour(x, y)).flat(),
  );
  return { width, height, channels: 3, pixels: Buffer.from(rows.flat()) };
}

const coloured = (width: number, height: number): MemoryPicture =>
  paint(width, height, (x, y) => [
    (x * 37 + y * 91) % 256,
    (x * x * 11 + y * 5) % 256,
    (x + y) % 3 === 0 ? 255 : 0,
  ]);

/** A bright square in the very middle. */
const spot = (side: number, edge: number): MemoryPicture =>
  paint(side, side, (x, y) => {
    const isInside = [x, y].every((at) => at >= edge && at < side - edge);
    return Array<number>(3).fill(isInside ? 220 : 20);
  });

/** The picture turned by half a turn. */
function turn({ width, height, channels, pixels }: MemoryPicture): Buffer {
  const turned = Buffer.alloc(pixels.length);
  for (let at = 0; at < width * height; at++) {
    pixels.copy(turned, (width * height - 1 - at) * channels, at * channels, (at + 1) * channels);
  }
  return turned;
}

const largestDifference = (a: Uint8Array, b: Uint8Array | Float32Array | Int32Array): number =>
  a.length === b.length
    ? a.reduce((most, value, at) => Math.max(most, Math.abs(value - (b[at] ?? 0))), 0)
    : 256;

describe('a resized picture', () => {
  test.for(methods)('stays where it was: what was symmetric is symmetric, by %s', async (method) => {
    // Of two equally near pixels nearest-exact takes the second.
    for (const side of method === 'nearest-exact' ? [16, 32, 14, 6] : [16, 32, 14, 4, 6]) {
      const resized = await resizeInMemory(deps, spot(8, 3), { width: side, height: side }, method);
      expect([resized.width, resized.height]).toEqual([side, side]);
      expect(largestDifference(resized.pixels, turn(resized)), `${side} pixels`).toBeLessThanOrEqual(1);
    }
  });

  test.for(methods)('keeps its middle when cropped to another shape, by %s', async (method) => {
    const wide = paint(12, 8, (x) => Array<number>(3).fill(x >= 5 && x < 7 ? 220 : 20));
    const resized = await resizeInMemory(deps, wide, { width: 16, height: 16 }, method, 'center');
    expect(largestDifference(resized.pixels, turn(resized))).toBeLessThanOrEqual(1);
  });

  test.for([
    [5, 4, 10, 8, '2e85a45f18c63af36fe94cec80f1086131041ce2a4faa25d6762af5cbe562f3e'],
    [5, 4, 20, 16, 'ca6e470af1bc0c1d1ceaf7b73db1cc6c634f74adec8b2b2580b9573329bb6ba4'],
    [7, 5, 16, 3, '1b1c7fa880e27dfaf6bb4e4859d5330e960fb25139f51bf16b47f560de5c97bb'],
    [24, 18, 7, 11, 'f33cf89038bc511a5c790bf1e0946be1b13d9bb29fecf51abd75b1472cfd3ff8'],
  ] as const)(
    'has the same bytes as Pillow 11.1 LANCZOS: %i×%i to %i×%i',
    async ([fromWidth, fromHeight, width, height, sha256]) => {
      const { pixels } = await resizeInMemory(
        deps,
        coloured(fromWidth, fromHeight),
        { width, height },
        'lanczos',
      );
      expect(createHash('sha256').update(pixels).digest('hex')).toBe(sha256);
    },
  );

  test.for([
    [10, 8],
    [16, 3],
    [4, 4],
  ] as const)('equals what TensorFlow makes with centred pixels, at %i×%i', async ([width, height]) => {
    const picture = coloured(5, 4);
    const tensor = tf.tensor3d(Float32Array.from(picture.pixels), [4, 5, 3]);
    const bilinear = await resizeInMemory(deps, picture, { width, height }, 'bilinear');
    const expected = await tf.image.resizeBilinear(tensor, [height, width], false, true).data();
    expect(largestDifference(bilinear.pixels, expected)).toBeLessThan(0.51);
    const nearest = await resizeInMemory(deps, picture, { width, height }, 'nearest-exact');
    const samples = Array.from({ length: width * height * 3 }, (_, at) => {
      const [x, y] = [Math.floor(at / 3) % width, Math.floor(at / 3 / width)];
      const from = [Math.floor(((x + 0.5) * 5) / width), Math.floor(((y + 0.5) * 4) / height)] as const;
      return picture.pixels[(from[1] * 5 + from[0]) * 3 + (at % 3)];
    });
    expect([...nearest.pixels]).toEqual(samples);
  });

  test('averages whole pixels by area and sharpens steps like PyTorch bicubic', async () => {
    const step = paint(4, 1, (x) => Array<number>(3).fill(x < 2 ? 40 : 200));
    const red = async (method: string, width: number): Promise<number[]> => {
      const { pixels } = await resizeInMemory(deps, step, { width, height: 1 }, method);
      return [...pixels.filter((_, at) => at % 3 === 0)];
    };
    expect(await red('area', 2)).toEqual([40, 200]);
    expect(await red('area', 1)).toEqual([120]);
    // At a quarter of a pixel from a sample the weights of a = −0.75 are −27, 225, 67 and −9 of 256.
    expect(await red('bicubic', 8)).toEqual([40, 34, 23, 76, 164, 217, 206, 200]);
  });

  test.for([
    [5, 4, 10, 8, '7861b3e61170fe4afe614a6a5cbe060120ce7f740d93efdddab109171f0a23bf'],
    [24, 18, 7, 11, 'c6516a8d8e2bf3b2a844338162a9462a6d224caf02938005dead4176eb27c2b0'],
  ] as const)(
    'weighs colours by their alpha as Pillow does: %i×%i to %i×%i',
    async ([fromWidth, fromHeight, width, height, sha256]) => {
      const opaque = coloured(fromWidth, fromHeight);
      const pixels = Buffer.alloc(fromWidth * fromHeight * 4);
      for (let at = 0; at < fromWidth * fromHeight; at++) {
        opaque.pixels.copy(pixels, at * 4, at * 3, at * 3 + 3);
        pixels[at * 4 + 3] = ((at % fromWidth) * 53 + Math.floor(at / fromWidth) * 29) % 256;
      }
      const resized = await resizeInMemory(
        deps,
        { ...opaque, channels: 4, pixels },
        { width, height },
        'lanczos',
      );
      expect(createHash('sha256').update(resized.pixels).digest('hex')).toBe(sha256);
    },
  );

  test('is the same in bands from a scratch file as at once', async () => {
    const [width, height] = [1500, 3001];
    const rows = Buffer.alloc(width * height * 3);
    for (let at = 0; at < rows.length; at++) rows[at] = (at * 7 + (at >> 11) * 13) % 256;
    const tiff = await createScratchTiff(folders.scratch, width, height);
    await tiff.writeRows(rows, 0);
    await tiff.close();
    const size = { width: 40, height: 61 };
    const banded = { width, height, channels: 3, pixels: { path: tiff.path } } as const;
    const fromFile = await resizeInMemory(deps, banded, size, 'lanczos');
    const whole = resample({
      width,
      channels: 3,
      pixels: rows,
      columns: planTaps(width, size.width, 'lanczos'),
      rows: planTaps(height, size.height, 'lanczos'),
      roundsBetween: true,
      isPremultiplied: false,
    });
    expect(fromFile.pixels.equals(whole)).toBe(true);
  });
});
