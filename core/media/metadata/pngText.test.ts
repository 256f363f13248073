import { expect, test } from 'vitest';
import { createTwoColours, openPicture, pixelsOf } from '../../testing/pictures.ts';
import { readPngText, withPngText } from './pngText.ts';

test('texts come back as they were written, and no pixel changes', async () => {
  const png = await createTwoColours(8, 8).png().toBuffer();
  const texts = { parameters: 'a fox, ünter\nSteps: 2', prompt: '{"text":"猫"}' };
  const written = withPngText(png, texts);
  expect(Object.fromEntries(readPngText(written))).toEqual(texts);
  expect(await pixelsOf(written)).toEqual(await pixelsOf(png));
  const { comments } = await openPicture(written).metadata();
  expect(comments).toContainEqual({ keyword: 'prompt', text: texts.prompt });
});

test('a picture that is cut off has no texts', async () => {
  const png = withPngText(await createTwoColours(8, 8).png().toBuffer(), { parameters: 'a fox' });
  expect(() => readPngText(png.subarray(0, 40))).toThrow('inside a block');
});
