import { expect, test } from 'vitest';
import { type FilmPlan, filmEdit } from './filmEdit.ts';
import type { InputVideo, WorkflowParams } from './workflow.ts';

const id = '01900000-0000-7000-8000-000000000000';
const parse = (raw: WorkflowParams) => filmEdit.params.parse({ video: id, ...raw });
const film = (facts: Partial<InputVideo> = {}): InputVideo => ({
  width: 641,
  height: 480,
  frames: 96,
  fps: 24,
  seconds: 4,
  hasSound: true,
  ...facts,
});
const check = (raw: WorkflowParams, inputs: Record<string, InputVideo> = { video: film() }) =>
  filmEdit.checkImages(parse(raw), inputs);

function plan(raw: WorkflowParams, films: Record<string, Partial<InputVideo>>): FilmPlan {
  const images = Object.fromEntries(
    Object.entries(films).map(([name, facts]) => [name, { ...film(facts), uploadedName: `${name}.mp4` }]),
  );
  const graph = filmEdit.bind(parse(raw), { images, outputPrefix: 'star-graph/task' });
  return JSON.parse(String(graph['1']?.inputs.plan));
}

test('parts of several films take the size and rate of the first, and sound where one has it', () => {
  const parts = [
    { film: 2, from: 1, to: 2 },
    { film: 1, speed: 2 },
  ];
  const films = { video: {}, video2: { width: 320, height: 201, fps: 120, hasSound: false } };
  expect(plan({ video2: id, parts }, films)).toEqual({
    width: 320,
    height: 200,
    fps: 60,
    repeats: 1,
    sound: true,
    format: 'mp4',
    parts: [
      { file: 'video2.mp4', from: 1, seconds: 1, speed: 1, hasSound: false, isEnd: false, fps: 120 },
      { file: 'video.mp4', from: 0, seconds: 4, speed: 2, hasSound: true, isEnd: false, fps: 24 },
    ],
  });
});

test('a picture from behind the last frame is of the last frame', () => {
  const { parts, sound } = plan(
    { parts: [{ from: 3.97 }, { from: 3.5 }, { from: 90 }], format: 'png' },
    { video: {} },
  );
  expect(parts.map(({ isEnd }) => isEnd)).toEqual([true, false, true]);
  expect(sound).toBe(false);
});

test('costs grow with the pixels that are encoded, and a picture costs the least', () => {
  const price = (raw: WorkflowParams, facts: Partial<InputVideo> = {}) =>
    filmEdit.price(parse({ parts: [{}], ...raw }), { video: film({ seconds: 60, frames: 1_440, ...facts }) });
  expect(price({ format: 'png' })).toBe(1);
  expect(price({}, { width: 1_920, height: 1_080 })).toBeGreaterThan(price({}));
  expect(price({ parts: [{ speed: 0.5 }] }, { width: 1_920, height: 1_080 })).toBeGreaterThan(
    price({}, { width: 1_920, height: 1_080 }),
  );
});

test.each([
  ['a part of a film that is not named', { parts: [{ film: 2 }] }, '/parts/0/film', 'no film 2'],
  ['a film of which nothing is taken', { video2: id, parts: [{}] }, '/video2', 'Leave it out'],
  ['a part behind the end', { parts: [{ from: 4 }] }, '/parts/0/from', '4 seconds long'],
  ['a part without a frame', { parts: [{ from: 2, to: 2.01 }] }, '/parts/0/to', 'no frame'],
  ['a picture with an end', { parts: [{ to: 2 }], format: 'png' }, '/parts/0/to', 'no end'],
  ['more than two minutes', { parts: [{ speed: 0.25 }], repeats: 8 }, '/parts', 'the most is 120'],
  ['a GIF that is long', { parts: [{}], repeats: 4, format: 'gif' }, '/parts', 'the most is 15'],
] as const)('refuses %s and says why', (_, raw, pointer, sentence) => {
  const inputs: Record<string, InputVideo> =
    'video2' in raw ? { video: film(), video2: film() } : { video: film() };
  const faults = check(raw, inputs);
  expect(faults).toContainEqual({ pointer, message: expect.stringContaining(sentence) });
});

test('refuses more frames and pixels than a film may have', () => {
  const rapid = { video: film({ fps: 60, seconds: 40, frames: 2_400 }) };
  expect(check({ parts: [{}], repeats: 2 }, rapid)[0]?.message).toContain('the most is 3600');
  const large = { video: film({ width: 3_840, height: 2_160, seconds: 60, frames: 1_440 }) };
  expect(check({ parts: [{}] }, large)[0]?.message).toContain('the most is 7500');
});

test.each([
  { parts: [] },
  { parts: Array(13).fill({}) },
  { parts: [{ speed: 5 }] },
  { parts: [{}], repeats: 11 },
])('refuses values out of their bounds (%j)', (raw) => {
  expect(filmEdit.params.safeParse({ video: id, ...raw }).success).toBe(false);
});
