import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { InputImage, WorkflowParams } from '../../workflow.ts';
import { workflow } from './workflow.ts';

const image = '01900000-0000-7000-8000-000000000000';
const parse = (raw: WorkflowParams): WorkflowParams =>
  workflow.params.parse({ image, prompt: 'ink', ...raw });
const bind = (raw: WorkflowParams, size: InputImage) =>
  workflow.bind(parse(raw), {
    images: { image: { ...size, uploadedName: 'photo.png' } },
    outputPrefix: 'star-graph/task',
  });

const anySize = fc.record({
  width: fc.integer({ min: 32, max: 8000 }),
  height: fc.integer({ min: 32, max: 8000 }),
});

it('brings any size and aspect to the model’s own area in steps of 8 and back to exactly the original', () => {
  fc.assert(
    fc.property(anySize, (size) => {
      const graph = bind({}, size);
      const drawn = { width: Number(graph['6']?.inputs.width), height: Number(graph['6']?.inputs.height) };
      expect([drawn.width % 8, drawn.height % 8]).toEqual([0, 0]);
      expect(graph['11']?.inputs).toMatchObject(size);
      const aspect = size.width / size.height;
      // Beyond 1:15 a side would have to leave the model's limits.
      if (aspect > 15 || aspect < 1 / 15) return;
      expect((drawn.width * drawn.height) / 512 ** 2).toBeGreaterThan(0.9);
      expect((drawn.width * drawn.height) / 512 ** 2).toBeLessThan(1.1);
      expect(Math.abs(Math.log(drawn.width / drawn.height / aspect))).toBeLessThan(0.06);
    }),
  );
});

it.each([
  ['both sides', { width: 800, height: 640 }, { width: 800, height: 640 }],
  ['the width', { width: 800 }, { width: 800, height: 600 }],
  ['the height', { height: 304 }, { width: 405, height: 304 }],
])('gives the size that was asked for by %s', (_, asked, result) => {
  expect(bind(asked, { width: 1600, height: 1200 })['11']?.inputs).toMatchObject(result);
});

it('repeats the latent for more pictures and passes denoise on', () => {
  const graph = bind({ count: 3, denoise: 0.35 }, { width: 512, height: 512 });
  expect(graph['8']?.inputs.amount).toBe(3);
  expect(graph['9']?.inputs.denoise).toBe(0.35);
});

it('refuses a picture too small to redraw and a result too large to make', () => {
  const faults = (raw: WorkflowParams, width: number, height: number) =>
    workflow.checkImages(parse(raw), { image: { width, height } });
  expect(faults({}, 31, 400)).toEqual([
    { pointer: '/image', message: 'The picture is 31 × 400 pixels; each side must be at least 32.' },
  ]);
  expect(faults({}, 9000, 8000)).toHaveLength(1);
  expect(faults({ width: 4096 }, 40, 4000)).toHaveLength(1);
  expect(faults({}, 4000, 3000)).toEqual([]);
});
