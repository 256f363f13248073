import { expect, test } from 'vitest';
import { workflow } from './workflow.ts';

const image = '01900000-0000-7000-8000-000000000000';
const photo = { width: 1600, height: 900 };
const parse = (raw: object) => workflow.params.parse({ image, audio: image, ...raw });
const inputs = (seconds: number) => ({ image: photo, audio: { seconds } });
const bind = (seconds: number, raw: object = {}) =>
  workflow.bind(parse(raw), {
    images: {
      image: { ...photo, uploadedName: 'a.png' },
      audio: { seconds, uploadedName: 'a.mp3' },
    },
    outputPrefix: 'star-graph/task',
  });

test.each([
  ['as long as a short sound', 4, {}, 97],
  ['as long as the model draws', 300, {}, 481],
  ['as long as was asked for', 300, { frames: 121 }, 121],
  ['from where the sound starts', 10, { start: 6 }, 97],
  ['at the rate that was asked for', 4, { fps: 50 }, 193],
])('the video is %s, and costs what it lasts', (_, seconds, raw, frames) => {
  const graph = bind(seconds, raw);
  expect(graph['12']?.inputs.length).toBe(frames);
  expect(graph['33']?.inputs.duration).toBeCloseTo(frames / Number(graph['34']?.inputs.fps));
  const units = (of: number, own: object) => workflow.workUnits(parse(own), inputs(of));
  expect(units(seconds, raw) / units(300, { frames: 9 })).toBeCloseTo(frames / 9);
});

test('keeps the sound that it was given: nothing of it is drawn, and the file has it as it came', () => {
  const graph = bind(4, { start: 2.5 });
  expect(graph['36']?.inputs.audio).toBe('a.mp3');
  expect(graph['33']?.inputs).toMatchObject({ audio: ['36', 0], start_index: 2.5 });
  expect(graph['38']?.inputs).toEqual({ samples: ['14', 0], mask: ['37', 0] });
  expect(graph['37']?.inputs.value).toBe(0);
  expect(graph['15']?.inputs.audio_latent).toEqual(['38', 0]);
  expect(graph['25']?.inputs.audio_latent).toEqual(['21', 1]);
  expect(graph['34']?.inputs.audio).toEqual(['33', 0]);
});

test('refuses a sound of which too little is left, and names what to change', () => {
  const faults = (seconds: number, raw: object = {}) => workflow.checkImages(parse(raw), inputs(seconds));
  expect(faults(0.36)).toEqual([]);
  expect(faults(0.2)).toEqual([
    { pointer: '/audio', message: 'The sound is 0.2 seconds long; at least 0.4 must be left of it.' },
  ]);
  expect(faults(5, { start: 5 })).toEqual([
    { pointer: '/start', message: 'The sound is 5 seconds long; at least 0.4 must be left of it.' },
  ]);
});
