import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPictureFolder, createTwoColours, openPicture } from '../../testing/pictures.ts';
import { maskOfAlpha } from './alphaMask.ts';

let folder: Awaited<ReturnType<typeof createPictureFolder>>;
beforeAll(async () => {
  folder = await createPictureFolder();
});
afterAll(() => folder.remove());

const options = { mostPixels: 1_000_000 };
const draw = async (bytes: Buffer) => maskOfAlpha(await folder.write(bytes), options);

test('a mask is white where the given one is transparent, grey where it is half so, and black elsewhere', async () => {
  const stripes = Buffer.from([0, 128, 255].flatMap((alpha) => [9, 9, 9, alpha]));
  const mask = await draw(await openPicture(stripes, { width: 3, height: 1, channels: 4 }).png().toBuffer());
  const { data, info } = await openPicture(mask).greyscale().raw().toBuffer({ resolveWithObject: true });
  expect([info.width, info.height, ...data.subarray(0, 3)]).toEqual([3, 1, 255, 127, 0]);
});

test.each([
  ['has no transparency', () => createTwoColours().png().toBuffer()],
  ['is nowhere transparent', () => createTwoColours().ensureAlpha(1).png().toBuffer()],
])('a mask that %s is refused', async (_case, create) => {
  await expect(draw(await create())).rejects.toMatchObject({
    code: 'invalid-params',
    errors: [{ pointer: '/mask' }],
  });
});
