import { expect, test } from 'vitest';
import { workflow } from './workflow.ts';

const image = '01900000-0000-7000-8000-000000000000';
const params = workflow.params.parse({ image, video: image });
const photo = { width: 1600, height: 900 };
const film = (frames: number) => ({ ...photo, frames, durationMs: frames * 40, fps: 25 });
const bind = (frames: number) =>
  workflow.bind(params, {
    images: { image: { ...photo, uploadedName: 'a.png' }, video: { ...film(frames), uploadedName: 'a.mp4' } },
    outputPrefix: 'star-graph/task',
  });

test.each([
  [200, 81],
  [30, 29],
])('of a video of %i frames it follows %i, and is priced for them', (has, followed) => {
  expect(bind(has)['5']?.inputs.length).toBe(followed);
  expect(bind(has)['19']?.inputs.length).toBe(followed);
  const units = (frames: number) => workflow.workUnits(params, { image: photo, video: film(frames) });
  expect(units(has) / units(5)).toBeCloseTo(followed / 5);
});

test('keeps rate and sound of the video, and refuses one of four frames', () => {
  expect(bind(81)['25']?.inputs).toMatchObject({ audio: ['4', 1], fps: ['4', 2] });
  expect(workflow.checkImages(params, { image: photo, video: film(4) })).toEqual([
    { pointer: '/video', message: 'The video has 4 frames; it must have at least 5.' },
  ]);
});
