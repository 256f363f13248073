import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asking } from '../../testing/asking.ts';
import { workflow } from './workflow.ts';

const image = '01900000-0000-7000-8000-000000000000';
const { parse, bind } = asking(workflow, { image }, { width: 1024, height: 768 });

test('the result has exactly scale × the size of the picture', () => {
  const side = fc.integer({ min: 16, max: 2048 });
  fc.assert(
    fc.property(fc.constantFrom(2, 4), side, side, (scale, width, height) => {
      const graph = bind({ scale }, { width, height });
      // The model's padding is cut off again by the size of node 2, so it decides.
      expect(graph['2']?.inputs).toMatchObject({ width: width * scale, height: height * scale });
      expect(graph['10']?.inputs.original_resized_images).toEqual(['2', 0]);
    }),
  );
});

test('samples once, as the model was distilled, with the seed of the person', () => {
  expect(bind({ seed: 7 }, { width: 64, height: 64 })['8']?.inputs).toMatchObject({
    seed: 7,
    steps: 1,
    cfg: 1,
    denoise: 1,
  });
});

test('costs more for scale 4 than for scale 2', () => {
  const size = { image: { width: 800, height: 600 } };
  expect(workflow.price(parse({ scale: 4 }), size)).toBeGreaterThan(
    workflow.price(parse({ scale: 2 }), size),
  );
});

test.each([
  ['a picture smaller than the model can work on', {}, 15, 400, 'at least 16'],
  ['a result larger than the memory of a card', {}, 4000, 3000, '4.1 megapixels'],
  ['scale 4 where scale 2 would do', { scale: 4 }, 1500, 1500, 'or scale 2'],
] as const)('refuses %s and says what fits', (_, raw, width, height, sentence) => {
  expect(workflow.checkImages(parse(raw), { image: { width, height } })).toEqual([
    { pointer: '/image', message: expect.stringContaining(sentence) },
  ]);
});
