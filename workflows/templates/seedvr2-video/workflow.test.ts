import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { InputVideo, WorkflowParams } from '../../workflow.ts';
import { workflow } from './workflow.ts';

const video = '01900000-0000-7000-8000-000000000000';
const parse = (raw: WorkflowParams): WorkflowParams => workflow.params.parse({ video, ...raw });
const film = (facts: Partial<InputVideo> = {}): InputVideo => ({
  width: 320,
  height: 240,
  frames: 48,
  fps: 24,
  seconds: 2,
  hasSound: true,
  ...facts,
});
const bind = (raw: WorkflowParams, facts: Partial<InputVideo> = {}) =>
  workflow.bind(parse(raw), {
    images: { video: { ...film(facts), uploadedName: 'film.mp4' } },
    outputPrefix: 'star-graph/task',
  });

test('the result has exactly scale × the size of the video', () => {
  const side = fc.integer({ min: 16, max: 2048 });
  fc.assert(
    fc.property(fc.constantFrom(2, 4), side, side, (scale, width, height) => {
      const graph = bind({ scale }, { width, height });
      expect(graph['3']?.inputs).toMatchObject({ width: width * scale, height: height * scale });
      // The model's padding, of sides and of length, is cut off again by the frames of node 3.
      expect(graph['13']?.inputs.original_resized_images).toEqual(['3', 0]);
    }),
  );
});

test('the result has the rate and the sound of the video', () => {
  const graph = bind({});
  expect(graph['1']?.inputs).toEqual({ file: 'film.mp4' });
  expect(graph['14']?.inputs).toMatchObject({ audio: ['2', 1], fps: ['2', 2] });
});

test('parts have 21 frames, whatever memory is free', () => {
  expect(bind({})['8']?.inputs).toMatchObject({
    chunking_mode: 'manual',
    'chunking_mode.frames_per_chunk': 21,
  });
});

test('costs grow with frames, size and scale', () => {
  const price = (raw: WorkflowParams, facts: Partial<InputVideo>) =>
    workflow.price(parse(raw), { video: film(facts) });
  const least = price({}, {});
  expect(price({}, { frames: 96 })).toBeGreaterThan(least);
  expect(price({}, { width: 640 })).toBeGreaterThan(least);
  expect(price({ scale: 4 }, {})).toBeGreaterThan(least);
});

test.each([
  ['a video smaller than the model can work on', {}, { width: 15 }, 'at least 16'],
  ['more frames than memory holds', {}, { width: 1280, height: 720, frames: 240 }, 'at most 135'],
  ['scale 4 where scale 2 would do', { scale: 4 }, { width: 1280, height: 720 }, 'or scale 2'],
] as const)('refuses %s and says what fits', (_, raw, facts, sentence) => {
  expect(workflow.checkImages(parse(raw), { video: film(facts) })).toEqual([
    { pointer: '/video', message: expect.stringContaining(sentence) },
  ]);
});
