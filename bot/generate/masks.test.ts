import sharp, { type Color } from 'sharp';
import { expect, test } from 'vitest';
import { en } from '../replies/texts/en.ts';
import { readMask } from './masks.ts';

const size = { width: 40, height: 20 };
type Ground = Color & { r: number; g: number; b: number; alpha?: number };
const [black, white, red] = [
  { r: 0, g: 0, b: 0 },
  { r: 255, g: 255, b: 255 },
  { r: 200, g: 20, b: 20 },
];
const nothing = { ...black, alpha: 0 };

/** A picture with a patch of 10 × 10 pixels at the upper left. */
async function createMask(ground: Ground, patch: Ground, { width, height } = size): Promise<Buffer> {
  const channels = ground.alpha === undefined && patch.alpha === undefined ? 3 : 4;
  const input = await sharp({ create: { width: 10, height: 10, channels, background: patch } })
    .png()
    .toBuffer();
  const base = sharp({ create: { width, height, channels, background: ground } });
  // The patch replaces the pixels below it, so that it can erase them.
  const blend = patch.alpha === 0 ? 'dest-out' : 'over';
  const overlay =
    patch.alpha === 0
      ? await sharp({ create: { width: 10, height: 10, channels: 4, background: { ...black, alpha: 1 } } })
          .png()
          .toBuffer()
      : input;
  return base
    .composite([{ input: overlay, left: 0, top: 0, blend }])
    .png()
    .toBuffer();
}

/** Grey in the patch, and outside. */
async function readGreys(mask: Uint8Array) {
  const image = sharp(mask);
  const { width, height, channels } = await image.metadata();
  const pixels = await image.toColourspace('b-w').raw().toBuffer();
  return { width, height, channels, inside: pixels[5 * width + 5], outside: pixels[15 * width + 35] };
}
const marked = { ...size, channels: 1, inside: 255, outside: 0 };

test.each([
  ['white on black', black, white],
  ['erased from a picture', { ...red, alpha: 1 }, nothing],
  ['erased from a white picture, in part', { ...red, alpha: 1 }, nothing],
  ['white strokes on nothing', nothing, { ...white, alpha: 1 }],
])('a part that is %s is drawn anew, and only that', async (_, ground, patch) => {
  const mask = await readMask({ say: en }, await createMask(ground, patch), size);
  expect(await readGreys(mask)).toEqual(marked);
});

test('a mask of the same shape is scaled to the picture', async () => {
  const mask = await readMask({ say: en }, await createMask(black, white), { width: 80, height: 40 });
  expect(await readGreys(mask)).toEqual({ ...marked, width: 80, height: 40 });
});

test('a mask lies as its camera held it', async () => {
  const turned = await sharp(await createMask(black, white, { width: 20, height: 40 }))
    .withMetadata({ orientation: 6 })
    .png()
    .toBuffer();
  const mask = await readMask({ say: en }, turned, size);
  const pixels = await sharp(mask).toColourspace('b-w').raw().toBuffer();
  // Turned to the right, the upper left becomes the upper right.
  expect([pixels[5 * size.width + 35], pixels[5 * size.width + 5]]).toEqual([255, 0]);
});

test.each<[string, () => Promise<Buffer>, string]>([
  ['another shape', () => createMask(black, white, { width: 20, height: 20 }), en.mask.size(20, 20, 40, 20)],
  ['nothing marked', () => createMask(black, black), en.mask.empty],
  ['everything marked', () => createMask(white, white), en.mask.full],
  ['nothing erased and nothing painted', () => createMask(nothing, nothing), en.mask.empty],
  ['a picture instead', () => createMask({ r: 120, g: 130, b: 90 }, white), en.mask.grey],
  ['half of its bytes', async () => (await createMask(black, white)).subarray(0, 120), en.mask.unreadable],
  ['no picture at all', async () => Buffer.from('no picture'), en.mask.unreadable],
])('a mask with %s is refused in words', async (_, create, sentence) => {
  await expect(readMask({ say: en }, await create(), size)).rejects.toThrow(sentence);
});
