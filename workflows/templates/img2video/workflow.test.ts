import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asking } from '../../testing/asking.ts';
import { findShownPart } from '../../testing/shownPart.ts';
import type { InputImage, WorkflowParams } from '../../workflow.ts';
import { workflow } from './workflow.ts';

const image = '01900000-0000-7000-8000-000000000000';
const { parse, bind } = asking(workflow, { image }, { width: 1920, height: 1080 });

test.each([
  ['a wide photo', { width: 1920, height: 1080 }, { width: 1024, height: 576 }],
  ['a tall photo', { width: 3000, height: 4000 }, { width: 640, height: 832 }],
  ['a square', { width: 70, height: 70 }, { width: 768, height: 768 }],
  ['a panorama, cropped', { width: 3600, height: 900 }, { width: 1024, height: 512 }],
])('draws %s at the model’s area, cropped to the centre', (_, size, drawn) => {
  const graph = bind({}, size);
  expect(graph['2']?.inputs).toMatchObject({ ...drawn, crop: 'center' });
  expect(graph['4']?.inputs).toMatchObject(drawn);
});

test('shows nearly all of a picture up to 2:1, otherwise half', () => {
  const side = fc.integer({ min: 64, max: 9000 });
  const aspect = fc.double({ min: 1, max: 5, noNaN: true });
  const shapes = fc.tuple(side, aspect, fc.boolean()).map(([shorter, times, isTall]): InputImage => {
    const longer = Math.round(shorter * times);
    return isTall ? { width: shorter, height: longer } : { width: longer, height: shorter };
  });
  fc.assert(
    fc.property(shapes, (size) => {
      fc.pre(workflow.checkImages(parse({}), { image: size }).length === 0);
      const part = findShownPart(bind({}, size), '2', size);
      const kept = (part.width * part.height) / (size.width * size.height);
      const longer = Math.max(size.width / size.height, size.height / size.width);
      // Two pixels of 64 are lost to rounding alone.
      expect(kept).toBeGreaterThan(longer <= 2 ? 0.9 : 0.48);
    }),
  );
});

test('refuses a picture of which less than half would be shown', () => {
  const faults = (width: number, height: number) =>
    workflow.checkImages(parse({}), { image: { width, height } });
  expect(faults(2000, 500)).toEqual([]);
  expect(faults(500, 2000)).toEqual([]);
  expect(faults(2001, 500)).toEqual([
    { pointer: '/image', message: expect.stringMatching(/^The picture is 2001 × 500 pixels; .*Cut out/) },
  ]);
  expect(faults(65, 4000)).toMatchObject([{ pointer: '/image' }]);
});

describe('format', () => {
  test.each([
    [{}, 'SaveVideo'],
    [{ format: 'mp4' }, 'SaveVideo'],
    [{ format: 'webm' }, 'SaveWEBM'],
    [{ format: 'webp' }, 'SaveAnimatedWEBP'],
  ])('%o saves one file with %s at the wanted rate', (raw, saver) => {
    const nodes = Object.values(bind({ ...raw, fps: 12 }));
    const savers = nodes.filter(({ inputs }) => 'filename_prefix' in inputs);
    expect(savers.map((node) => node.class_type)).toEqual([saver]);
    const rates = nodes.flatMap(({ inputs }) => ('fps' in inputs ? [inputs.fps] : []));
    expect(new Set(rates)).toEqual(new Set([12]));
    expect(nodes.some((node) => node.class_type === 'CreateVideo')).toBe(saver === 'SaveVideo');
  });
});

test('takes the checkpoint trained on the frame count, unless one is named', () => {
  const checkpoint = (raw: WorkflowParams) => workflow.models(parse(raw)).map(({ name }) => name);
  expect(checkpoint({})).toEqual(['svd.safetensors']);
  expect(checkpoint({ frames: 15 })).toEqual(['svd_xt.safetensors']);
  expect(checkpoint({ frames: 25, model: 'mine.safetensors' })).toEqual(['mine.safetensors']);
});

test('refuses frames, rates and motion beyond limits, and too small pictures', () => {
  for (const raw of [
    { frames: 26 },
    { frames: 1 },
    { fps: 0 },
    { fps: 31 },
    { motion: 0 },
    { motion: 256 },
  ]) {
    expect(workflow.params.safeParse({ image, ...raw }).success, JSON.stringify(raw)).toBe(false);
  }
  expect(workflow.checkImages(parse({}), { image: { width: 63, height: 300 } })).toEqual([
    { pointer: '/image', message: 'The picture is 63 × 300 pixels; each side must be at least 64.' },
  ]);
});
