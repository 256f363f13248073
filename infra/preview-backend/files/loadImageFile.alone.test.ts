import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadPicture } from '../pictures/picture.ts';
import { loadImageFile, loadMaskFile } from './loadImageFile.ts';

let directory = '';
let path = '';

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'load-image-'));
  path = join(directory, 'two-pixels.png');
  const pixels = Buffer.from([10, 200, 30, 128, 250, 60, 90, 255]);
  await sharp(pixels, { raw: { width: 2, height: 1, channels: 4 } })
    .png()
    .toFile(path);
});

afterAll(() => rm(directory, { recursive: true }));

describe('the mask of a picture', () => {
  test('is what its alpha hides, in any colour', async () => {
    const { masks } = await loadImageFile(path);
    expect([...(await loadPicture(masks[0] as never)).pixels]).toEqual([127, 0]);
    expect([...(await loadPicture(await loadMaskFile(path, 'alpha'))).pixels]).toEqual([127, 0]);
  });

  test.for([
    ['red', [10, 250]],
    ['green', [200, 60]],
    ['blue', [30, 90]],
  ] as const)('is one colour of it, to the byte: %s', async ([channel, samples]) => {
    expect([...(await loadPicture(await loadMaskFile(path, channel))).pixels]).toEqual(samples);
  });
});
