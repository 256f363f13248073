import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  createFrames,
  createNoise,
  createPictureFolder,
  createPngClaiming,
  createTwoColours,
} from '../../testing/pictures.ts';
import { probeImage } from './probeImage.ts';

let folder: Awaited<ReturnType<typeof createPictureFolder>>;
beforeAll(async () => {
  folder = await createPictureFolder();
});
afterAll(() => folder.remove());

const probe = async (bytes: Buffer) => probeImage(await folder.write(bytes));

describe('probeImage accepts', () => {
  test.each([
    ['png', 'image/png', () => createTwoColours().png().toBuffer()],
    ['jpg', 'image/jpeg', () => createTwoColours().jpeg().toBuffer()],
    ['webp', 'image/webp', () => createTwoColours().webp().toBuffer()],
    ['gif', 'image/gif', () => createTwoColours().gif().toBuffer()],
    ['avif', 'image/avif', () => createTwoColours().avif().toBuffer()],
  ] as const)('a %s by its content', async (ext, mime, create) => {
    expect(await probe(await create())).toMatchObject({
      ext,
      mime,
      width: 64,
      height: 32,
      frames: 1,
      orientation: 1,
    });
  });

  test('an animation, counting its frames', async () => {
    const frames = await createFrames();
    expect(await probe(await frames.clone().gif().toBuffer())).toMatchObject({
      frames: 3,
      width: 40,
      height: 20,
      isPlain: false,
    });
    expect(await probe(await frames.clone().webp().toBuffer())).toMatchObject({
      frames: 3,
      width: 40,
      height: 20,
      isPlain: false,
    });
  });

  test('a photo held sideways, with the size that people see', async () => {
    const sideways = await createTwoColours().withMetadata({ orientation: 6 }).jpeg().toBuffer();
    expect(await probe(sideways)).toMatchObject({ width: 32, height: 64, orientation: 6, isPlain: false });
  });

  test('CMYK and 16 bits, which are not plain', async () => {
    expect(await probe(await createTwoColours().toColourspace('cmyk').jpeg().toBuffer())).toMatchObject({
      ext: 'jpg',
      isPlain: false,
    });
    expect(await probe(await createTwoColours().toColourspace('rgb16').png().toBuffer())).toMatchObject({
      ext: 'png',
      isPlain: false,
    });
  });

  test('transparency, and says that it is there', async () => {
    expect(await probe(await createTwoColours().ensureAlpha(0.5).png().toBuffer())).toMatchObject({
      hasAlpha: true,
    });
    expect(await probe(await createTwoColours().png().toBuffer())).toMatchObject({
      hasAlpha: false,
      isPlain: true,
    });
  });

  test('a picture of exactly the most pixels', async () => {
    const file = await folder.write(await createTwoColours(64, 32).png().toBuffer());
    expect(await probeImage(file, { mostPixels: 64 * 32 })).toMatchObject({ width: 64 });
    await expect(probeImage(file, { mostPixels: 64 * 32 - 1 })).rejects.toMatchObject({ code: 'too-large' });
  });
});

describe('probeImage refuses as unsupported-media', () => {
  const svg =
    '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>';

  test.each([
    ['text', 'just text'],
    ['one byte', '\0'],
    ['SVG', svg],
    ['HTML', '<!doctype html><script>alert(1)</script>'],
    ['PDF', '%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF'],
    ['a PNG signature before SVG', `\x89PNG\r\n\x1a\n${svg}`],
    ['a JPEG start before HTML', '\xff\xd8\xff\xe0<!doctype html>'],
    ['a Windows bitmap', `BM${'\0'.repeat(60)}`],
    [
      'an ImageMagick script',
      'push graphic-context\nviewbox 0 0 640 480\nimage over 0,0 0,0 "https://example.com"\n',
    ],
    ['a video', '\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41\0\0\0\x08free'],
  ])('%s', async (_what, text) => {
    await expect(probe(Buffer.from(text, 'latin1'))).rejects.toMatchObject({
      code: 'unsupported-media',
      detail: expect.stringContaining('Send PNG, JPEG, WebP, GIF or AVIF'),
    });
  });

  test('TIFF, which the library could read', async () => {
    // Made without the library, whose TIFF support this process has blocked on purpose.
    const tiff = Buffer.from('49492a000800000000000000', 'hex');
    await expect(probe(tiff)).rejects.toMatchObject({ code: 'unsupported-media' });
  });

  test.each([
    ['JPEG', () => createNoise().jpeg().toBuffer()],
    ['progressive JPEG', () => createNoise().jpeg({ progressive: true }).toBuffer()],
    ['PNG', () => createNoise().png().toBuffer()],
    ['WebP', () => createNoise().webp().toBuffer()],
    ['GIF', () => createNoise().gif().toBuffer()],
    ['AVIF', () => createNoise().avif().toBuffer()],
  ])('a %s that was cut off, wherever', async (_what, create) => {
    const bytes = await create();
    for (const part of [0.1, 0.5, 0.95]) {
      await expect(probe(bytes.subarray(0, bytes.length * part)), `cut at ${part}`).rejects.toMatchObject({
        code: 'unsupported-media',
      });
    }
    expect(await probe(bytes)).toMatchObject({ width: 200, height: 150 });
  });

  test('a PNG with a flipped bit in its pixels', async () => {
    const bytes = await createNoise().png().toBuffer();
    const middle = Math.floor(bytes.length / 2);
    bytes.writeUInt8(bytes.readUInt8(middle) ^ 0x10, middle);
    await expect(probe(bytes)).rejects.toMatchObject({ code: 'unsupported-media' });
  });
});

describe('probeImage refuses as too-large', () => {
  test('30,000 × 30,000 pixels by the header, before reading pixels', async () => {
    const bomb = createPngClaiming(30_000, 30_000);
    await expect(probe(bomb)).rejects.toMatchObject({
      code: 'too-large',
      detail: expect.stringContaining('30000 × 30000'),
    });
    await expect(probe(createPngClaiming(100, 100))).rejects.toMatchObject({ code: 'unsupported-media' });
  });

  test('a JPEG with a side longer than its reader takes', async () => {
    const jpeg = await createTwoColours(64, 48).jpeg().toBuffer();
    const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0]));
    // Height and width come after the marker, the length and the depth.
    jpeg.fill(0xff, frame + 5, frame + 9);
    // Repeated: header and pixels are read at the same time, and either may fail first.
    for (let times = 0; times < 100; times++)
      await expect(probeImage(jpeg)).rejects.toMatchObject({ code: 'too-large' });
  });

  test('an animation whose frames are', async () => {
    const file = await folder.write(await (await createFrames()).gif().toBuffer());
    await expect(probeImage(file, { mostPixels: 799 })).rejects.toMatchObject({ code: 'too-large' });
    expect(await probeImage(file, { mostPixels: 800 })).toMatchObject({ frames: 3 });
  });
});

test('the readers of other formats are off in the whole process', async () => {
  await expect(
    sharp(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')).metadata(),
  ).rejects.toThrow('unsupported');
});
