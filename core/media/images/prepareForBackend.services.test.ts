import { createHash } from 'node:crypto';
import { access, readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { blue, createFrames, createPictureFolder, createTwoColours, red } from '../../testing/pictures.ts';
import { prepareForBackend } from './prepareForBackend.ts';
import { probeImage } from './probeImage.ts';

let folder: Awaited<ReturnType<typeof createPictureFolder>>;
beforeAll(async () => {
  folder = await createPictureFolder();
});
afterAll(() => folder.remove());

async function prepare(bytes: Buffer) {
  const file = await folder.write(bytes);
  const prepared = await prepareForBackend(file, await probeImage(file), { tempDirectory: folder.path });
  return { file, prepared, bytes: await readFile(prepared.path) };
}

/** The colour at these fractions of the picture's size. */
async function colourAt(bytes: Buffer, across: number, down: number) {
  const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const start =
    (Math.floor(info.height * down) * info.width + Math.floor(info.width * across)) * info.channels;
  return { r: data[start] ?? -1, g: data[start + 1] ?? -1, b: data[start + 2] ?? -1 };
}

function expectNear(actual: { r: number; g: number; b: number }, expected: typeof red, tolerance: number) {
  for (const channel of ['r', 'g', 'b'] as const) {
    expect(
      Math.abs(actual[channel] - expected[channel]),
      `${channel} of ${JSON.stringify(actual)}`,
    ).toBeLessThanOrEqual(tolerance);
  }
}

describe('prepareForBackend', () => {
  test('hands a plain picture on untouched and leaves the original alone', async () => {
    const png = await createTwoColours().png().toBuffer();
    const { file, prepared } = await prepare(png);
    expect(prepared).toMatchObject({ path: file, mime: 'image/png', ext: 'png', bytes: png.length });
    expect(prepared.sha256).toBe(createHash('sha256').update(png).digest('hex'));
    await prepared[Symbol.asyncDispose]();
    await access(file);
  });

  test('turns a photo that was held sideways upright', async () => {
    const { file, prepared, bytes } = await prepare(
      await createTwoColours().withMetadata({ orientation: 6 }).jpeg({ quality: 95 }).toBuffer(),
    );
    const metadata = await sharp(bytes).metadata();
    expect(metadata).toMatchObject({ format: 'png', width: 32, height: 64 });
    expect(metadata.orientation).toBeUndefined();
    expectNear(await colourAt(bytes, 0.5, 0.1), red, 12);
    expectNear(await colourAt(bytes, 0.5, 0.9), blue, 12);
    await prepared[Symbol.asyncDispose]();
    await expect(access(prepared.path)).rejects.toThrow('ENOENT');
    await access(file);
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8])('undoes EXIF orientation %i as it is defined', async (orientation) => {
    const { bytes } = await prepare(
      await createTwoColours().withMetadata({ orientation }).jpeg({ quality: 95 }).toBuffer(),
    );
    // Where the red left half of the stored pixels belongs.
    const places = {
      1: [0.1, 0.5],
      2: [0.9, 0.5],
      3: [0.9, 0.5],
      4: [0.1, 0.5],
      5: [0.5, 0.1],
      6: [0.5, 0.1],
      7: [0.5, 0.9],
      8: [0.5, 0.9],
    };
    const [across = 0, down = 0] = places[orientation as keyof typeof places];
    expectNear(await colourAt(bytes, across, down), red, 12);
    expectNear(await colourAt(bytes, 1 - across, 1 - down), blue, 12);
  });

  test('keeps the colours of a CMYK photo within what inks show', async () => {
    // Both colours lie outside the range of print inks; swapped or inverted channels would be off by 170.
    const tolerance = 80;
    const { bytes } = await prepare(
      await createTwoColours().toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer(),
    );
    expect(await sharp(bytes).metadata()).toMatchObject({ space: 'srgb', depth: 'uchar', channels: 3 });
    expectNear(await colourAt(bytes, 0.1, 0.5), red, tolerance);
    expectNear(await colourAt(bytes, 0.9, 0.5), blue, tolerance);
  });

  test('makes 8 bits of 16 without changing what is seen', async () => {
    const { bytes } = await prepare(await createTwoColours().toColourspace('rgb16').png().toBuffer());
    expect(await sharp(bytes).metadata()).toMatchObject({ space: 'srgb', depth: 'uchar' });
    expectNear(await colourAt(bytes, 0.1, 0.5), red, 1);
    expectNear(await colourAt(bytes, 0.9, 0.5), blue, 1);
  });

  test('makes 8-bit colours of 16-bit grey', async () => {
    const grey = await createTwoColours().toColourspace('grey16').png().toBuffer();
    expect(await sharp(grey).metadata()).toMatchObject({ space: 'grey16', channels: 1 });
    const { bytes } = await prepare(grey);
    expect(await sharp(bytes).metadata()).toMatchObject({ space: 'srgb', depth: 'uchar', channels: 3 });
  });

  test('applies a colour profile instead of dropping it', async () => {
    const wide = await createTwoColours().withIccProfile('p3').png().toBuffer();
    expect((await sharp(wide).metadata()).icc).toBeDefined();
    const { bytes } = await prepare(wide);
    expect((await sharp(bytes).metadata()).icc).toBeUndefined();
    expectNear(await colourAt(bytes, 0.1, 0.5), red, 3);
  });

  test('takes the first frame of an animation', async () => {
    const { bytes } = await prepare(await (await createFrames()).webp({ lossless: true }).toBuffer());
    const metadata = await sharp(bytes).metadata();
    expect(metadata).toMatchObject({ format: 'png', width: 40, height: 20 });
    expect(metadata.pages ?? 1).toBe(1);
    expectNear(await colourAt(bytes, 0.5, 0.5), red, 1);
  });

  test('removes place and camera from a photo', async () => {
    const exif = { IFD0: { Make: 'SecretCamera' }, IFD3: { GPSLatitude: '51/1 30/1 0/1' } };
    const photo = await createTwoColours().withExif(exif).jpeg().toBuffer();
    expect(photo.includes('SecretCamera')).toBe(true);
    const { bytes } = await prepare(photo);
    expect(bytes.includes('SecretCamera')).toBe(false);
    expect((await sharp(bytes).metadata()).exif).toBeUndefined();
  });
});
