import { expect, test } from 'vitest';
import type { InputVideo, WorkflowParams } from '../../workflow.ts';
import { workflow } from './workflow.ts';

const video = '01900000-0000-7000-8000-000000000000';
const parse = (raw: WorkflowParams): WorkflowParams => workflow.params.parse({ video, ...raw });
const film = (facts: Partial<InputVideo> = {}): InputVideo => ({
  width: 640,
  height: 480,
  frames: 48,
  fps: 24,
  seconds: 2,
  hasSound: true,
  ...facts,
});

test.each([2, 3, 8])('%i times the frames play at as many times the rate', (times) => {
  const graph = workflow.bind(parse({ times }), {
    images: { video: { ...film(), fps: 15, uploadedName: 'film.mp4' } },
    outputPrefix: 'star-graph/task',
  });
  expect(graph['1']?.inputs).toEqual({ file: 'film.mp4' });
  expect(graph['4']?.inputs).toMatchObject({ images: ['2', 0], multiplier: times });
  expect(graph['5']?.inputs).toEqual({ expression: `a * ${times}`, 'values.a': ['2', 2] });
  expect(graph['6']?.inputs).toMatchObject({ audio: ['2', 1], fps: ['5', 0] });
});

test('costs grow with the frames that are drawn', () => {
  const price = (times: number, facts: Partial<InputVideo>) =>
    workflow.price(parse({ times }), { video: film(facts) });
  expect(price(4, {})).toBeGreaterThan(price(2, {}));
  expect(price(2, { frames: 480 })).toBeGreaterThan(price(2, {}));
});

test.each([
  ['a video of one frame', { times: 2 }, { frames: 1 }, '/video', 'one frame'],
  ['a rate that no video has', { times: 5 }, { fps: 30 }, '/times', 'more than 120'],
  ['more frames than memory holds', {}, { width: 1920, height: 1080, frames: 480 }, '/video', 'at most 361'],
] as const)('refuses %s and says why', (_, raw, facts, pointer, sentence) => {
  expect(workflow.checkImages(parse(raw), { video: film(facts) })).toEqual([
    { pointer, message: expect.stringContaining(sentence) },
  ]);
});
