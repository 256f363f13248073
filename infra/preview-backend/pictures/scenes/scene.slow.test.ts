import { describe, expect, test } from 'vitest';
import type { SceneRequest } from './plan.ts';
import { drawScene, prepareScene } from './scene.ts';
import { findWords } from './words.ts';

const size = { width: 160, height: 120 };

function draw(prompt: string, change: Partial<SceneRequest> = {}, phase = 0): Uint8Array {
  const request = { prompt, negativePrompt: '', layout: '1', texture: '1', steps: 20, cfg: 7, ...change };
  return drawScene(prepareScene(request, size.width, size.height), phase);
}

/** Mean of red, green and blue over the rows between two parts of the height. */
function meanColour(
  rgb: Uint8Array,
  [from, to]: readonly [number, number] = [0, 1],
): [number, number, number] {
  const part = rgb.subarray(
    Math.round(from * size.height) * size.width * 3,
    Math.round(to * size.height) * size.width * 3,
  );
  const mean = (channel: number): number =>
    part.reduce((sum, value, at) => (at % 3 === channel ? sum + value : sum), 0) / (part.length / 3);
  return [mean(0), mean(1), mean(2)];
}

const brightness = (rgb: Uint8Array): number => meanColour(rgb).reduce((sum, value) => sum + value, 0) / 3;

function distance(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, value, at) => sum + Math.abs(value - (b[at] as number)), 0) / a.length;
}

/** How much neighbours differ, across and down. */
function fineness(rgb: Uint8Array): number {
  const row = size.width * 3;
  return rgb.reduce(
    (sum, value, at) => (at < row ? sum : sum + Math.abs(value - (rgb[at - row] as number))),
    0,
  );
}

const seeds = ['1', '2', '3', '4'];

describe('words', () => {
  test.for([
    ['A cat at MIDNIGHT', ['night', 'cat']],
    ['cities by the sea', ['city', 'sea']],
    ['concatenate seasons', []],
    ['雪夜的森林', ['night', 'forest', 'snow']],
    ['海边的日落', ['sea', 'sunset']],
  ] as const)('are found whole, in both languages: %s', ([text, words]) => {
    expect([...findWords(text)].toSorted()).toEqual([...words].toSorted());
  });
});

describe('a scene', () => {
  test.for([
    ['a hill at noon', 'a hill at night'],
    ['正午的山', '夜晚的山'],
  ] as const)('is darker at night: %s, %s', ([day, night]) => {
    for (const layout of seeds) {
      expect(brightness(draw(night, { layout }))).toBeLessThan(brightness(draw(day, { layout })) / 2);
    }
  });

  test('has blue water where the sea is and green where a forest is', () => {
    for (const layout of seeds) {
      const [seaRed, seaGreen, seaBlue] = meanColour(draw('the sea at noon', { layout }), [0.62, 0.85]);
      expect(seaBlue).toBeGreaterThan(Math.max(seaRed, seaGreen));
      const [red, green, blue] = meanColour(draw('a forest at noon', { layout }), [0.82, 1]);
      expect(green).toBeGreaterThan(Math.max(red, blue));
    }
  });

  test('is white in winter and warm in autumn', () => {
    for (const layout of seeds) {
      const [red, , blue] = meanColour(draw('meadow in autumn, noon', { layout }), [0.9, 1]);
      expect(red).toBeGreaterThan(1.3 * blue);
      const winter = meanColour(draw('meadow in winter, noon', { layout }), [0.9, 1]);
      expect(Math.min(...winter)).toBeGreaterThan(Math.max(...winter) * 0.85);
    }
  });

  test('is the same for the same request and another for another seed', () => {
    const first = draw('a lake');
    expect(Buffer.compare(first, draw('a lake'))).toBe(0);
    for (const layout of seeds.slice(1))
      expect(distance(first, draw('a lake', { layout }))).toBeGreaterThan(3);
  });

  test('is finer after more steps', () => {
    const [few = 0, some = 0, many = 0] = [1, 6, 30].map((steps) =>
      fineness(draw('mountains and a forest', { steps })),
    );
    expect(some).toBeGreaterThan(few);
    expect(many).toBeGreaterThan(some);
  });

  test('has the more contrast the higher cfg is', () => {
    const spread = (cfg: number): number => {
      const rgb = draw('a lake at sunset', { cfg });
      const mean = rgb.reduce((sum, value) => sum + value, 0) / rgb.length;
      return rgb.reduce((sum, value) => sum + Math.abs(value - mean), 0) / rgb.length;
    };
    expect(spread(14)).toBeGreaterThan(spread(5));
  });

  test.for(['a boat on the sea', 'clouds over a meadow', 'rain in the city', 'snow in a forest'])(
    'moves little from frame to frame, and from the last to the first: %s',
    (prompt) => {
      const frames = 64;
      const at = (index: number): Uint8Array => draw(prompt, {}, index / frames);
      const first = at(0);
      const half = distance(first, at(frames / 2));
      expect(distance(first, at(1))).toBeGreaterThan(0);
      // Rain is elsewhere in every frame.
      expect(distance(first, at(1))).toBeLessThan(prompt.startsWith('rain') ? 2.5 * half : half);
      expect(distance(first, at(frames - 1))).toBeLessThan(prompt.startsWith('rain') ? 2.5 * half : half);
    },
  );

  test.for([
    [16, 16],
    [17, 400],
    [900, 16],
  ] as const)('is drawn in any shape: %d × %d', ([width, height]) => {
    const request = { negativePrompt: '', layout: '1', texture: '1', steps: 1, cfg: 1 };
    for (const prompt of [
      'a lighthouse, a cat, a castle and a balloon by the sea',
      'city',
      'galaxy',
      'aurora',
    ]) {
      const rgb = drawScene(prepareScene({ ...request, prompt }, width, height), 0.5);
      expect(rgb.length).toBe(width * height * 3);
      expect(rgb.some((value) => value > 0)).toBe(true);
    }
  });
});
