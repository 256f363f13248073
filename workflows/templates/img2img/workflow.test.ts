import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asking } from '../../testing/asking.ts';
import { findShownPart } from '../../testing/shownPart.ts';
import type { InputImage, WorkflowParams } from '../../workflow.ts';
import { workflow } from './workflow.ts';

const image = '01900000-0000-7000-8000-000000000000';
const source = { image, prompt: 'ink' };
const { parse, bind } = asking(workflow, source, { width: 1024, height: 768 });

const image32 = fc.integer({ min: 32, max: 8000 });
const anySize = fc.record({ width: image32, height: image32 });
const askedSide = fc.integer({ min: 8, max: 512 }).map((steps) => steps * 8);
const isFine = (raw: WorkflowParams, size: InputImage) =>
  workflow.params.safeParse({ ...source, ...raw }).success &&
  workflow.checkImages(parse(raw), { image: size }).length === 0;

test('draws any size at the model’s area and restores the original size', () => {
  fc.assert(
    fc.property(anySize, (size) => {
      const graph = bind({}, size);
      const drawn = { width: Number(graph['6']?.inputs.width), height: Number(graph['6']?.inputs.height) };
      expect([drawn.width % 8, drawn.height % 8]).toEqual([0, 0]);
      expect(graph['11']?.inputs).toMatchObject({ ...size, crop: 'disabled' });
      expect((drawn.width * drawn.height) / 512 ** 2).toBeGreaterThan(0.9);
      expect((drawn.width * drawn.height) / 512 ** 2).toBeLessThan(1.1);
      // Beyond 1:16 a side would leave the model's limits; the picture is squeezed to that.
      const aspect = Math.min(16, Math.max(1 / 16, size.width / size.height));
      expect(Math.abs(Math.log(drawn.width / drawn.height / aspect))).toBeLessThan(0.06);
    }),
    { examples: [[{ width: 65, height: 4000 }], [{ width: 8000, height: 32 }]] },
  );
});

test('shows the model the whole picture unless another aspect is requested', () => {
  const asked = fc.oneof(fc.constant({}), fc.record({ width: askedSide }), fc.record({ height: askedSide }));
  fc.assert(
    fc.property(anySize, asked, (size, raw) => {
      fc.pre(isFine(raw, size));
      expect(findShownPart(bind(raw, size), '6', size)).toEqual({ x: 0, y: 0, ...size });
    }),
    { examples: [[{ width: 65, height: 4000 }, {}]] },
  );
});

test('crops the middle to a requested aspect and gives the exact size', () => {
  const bothSides = fc.record({ width: askedSide, height: askedSide });
  fc.assert(
    fc.property(anySize, bothSides, (size, asked) => {
      fc.pre(isFine(asked, size));
      const graph = bind(asked, size);
      expect(graph['11']?.inputs).toMatchObject({ ...asked, crop: 'disabled' });
      const part = findShownPart(graph, '6', size);
      // As wide or as high as the picture; the other side to the nearest pixel.
      const byHeight = (part.height * asked.width) / asked.height;
      const byWidth = (part.width * asked.height) / asked.width;
      if (part.height === size.height)
        expect(Math.abs(part.width - Math.min(size.width, byHeight))).toBeLessThan(1);
      else expect(Math.abs(part.height - byWidth)).toBeLessThanOrEqual(0.5);
      expect(part.width === size.width || part.height === size.height).toBe(true);
      expect([part.x, part.y]).toEqual([
        Math.floor((size.width - part.width) / 2),
        Math.floor((size.height - part.height) / 2),
      ]);
    }),
    {
      examples: [
        [
          { width: 65, height: 4000 },
          { width: 512, height: 512 },
        ],
      ],
    },
  );
});

test.each([
  ['both sides', { width: 800, height: 640 }, { width: 800, height: 640 }],
  ['the width', { width: 800 }, { width: 800, height: 600 }],
  ['the height', { height: 304 }, { width: 405, height: 304 }],
])('gives the size that was asked for by %s', (_, asked, result) => {
  expect(bind(asked, { width: 1600, height: 1200 })['11']?.inputs).toMatchObject(result);
});

test('repeats the latent for more pictures and passes denoise on', () => {
  const graph = bind({ count: 3, denoise: 0.35 }, { width: 512, height: 512 });
  expect(graph['8']?.inputs.amount).toBe(3);
  expect(graph['9']?.inputs.denoise).toBe(0.35);
});

const faults = (raw: WorkflowParams, width: number, height: number) =>
  workflow.checkImages(parse(raw), { image: { width, height } });

test('refuses a picture too small to redraw or too large to return', () => {
  expect(faults({}, 31, 400)).toEqual([
    { pointer: '/image', message: 'The picture is 31 × 400 pixels; each side must be at least 32.' },
  ]);
  expect(faults({ width: 512 }, 31, 400)).toMatchObject([{ pointer: '/image' }]);
  expect(faults({}, 9000, 8000)).toHaveLength(1);
  expect(faults({}, 16_385, 100)).toEqual([
    { pointer: '/image', message: expect.stringContaining('16385 × 100 pixels') },
  ]);
  expect(faults({}, 4000, 3000)).toEqual([]);
});

test.each([
  ['a side above the limits', { width: 304 }, [65, 4000], '/width', '304 × 18708 pixels'],
  ['a side below the limits', { width: 64 }, [4000, 65], '/width', '64 × 1 pixels'],
  ['a side above the limits, by the height', { height: 304 }, [4000, 65], '/height', '18708 × 304 pixels'],
  ['an area above the limit', { width: 2048 }, [1000, 1500], '/width', '2048 × 3072 pixels, 6.3 megapixels'],
] as const)(
  'bounds a side that follows the picture as requested ones are: %s',
  (_, asked, size, pointer, message) => {
    expect(faults(asked, size[0], size[1])).toEqual([{ pointer, message: expect.stringContaining(message) }]);
  },
);

test('lets one requested side lead to sizes that two may have', () => {
  expect(faults({ width: 1672 }, 1000, 1500)).toEqual([]);
  expect(faults({ width: 64 }, 65, 4000)).toEqual([]);
});

test('refuses an aspect that leaves almost nothing or cannot be cropped', () => {
  expect(faults({ width: 4096, height: 64 }, 65, 4000)).toEqual([
    { pointer: '/height', message: expect.stringContaining('65 × 1 pixels of the picture are left') },
  ]);
  expect(faults({ width: 512, height: 512 }, 17_000, 100)).toEqual([
    { pointer: '/image', message: expect.stringContaining('at most 16384') },
  ]);
  expect(faults({ width: 512, height: 512 }, 65, 4000)).toEqual([]);
});
