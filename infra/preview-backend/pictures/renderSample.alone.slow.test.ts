import sharp from 'sharp';
import { afterAll, describe, expect, test } from 'vitest';
import { renderPreview } from '../nodes/sample.ts';
import type { SampleRecipe } from '../nodes/values.ts';
import { labelBox } from './label.ts';
import { type MemoryPicture, solidPicture } from './picture.ts';
import { createPixelWorkers } from './pixelWorkers.ts';
import { renderSample } from './renderSample.ts';

const workers = createPixelWorkers(1);
/** Pictures this small never go to the scratch directory. */
const deps = { workers, folders: { scratch: 'unused' } };
afterAll(() => workers.close());

const recipe: SampleRecipe = {
  model: 'v1-5-pruned-emaonly-fp16.safetensors',
  family: 'sd15',
  loras: [],
  prompt: 'a fox',
  negativePrompt: '',
  seed: '1',
  steps: 20,
  cfg: 7,
  sampler: 'euler',
  scheduler: 'normal',
  denoise: 1,
  width: 96,
  height: 72,
  batchIndex: 0,
  frame: null,
  base: { kind: 'empty' },
  controls: [],
};

const draw = (change: Partial<SampleRecipe> = {}, labelled = false): Promise<MemoryPicture> => {
  const changed = { ...recipe, ...change };
  return renderSample(deps, changed, changed, { labelled });
};

/** Mean difference of two pictures, 0-255. */
function distance(a: MemoryPicture, b: MemoryPicture): number {
  return (
    a.pixels.reduce((sum, value, at) => sum + Math.abs(value - (b.pixels[at] ?? 0)), 0) / a.pixels.length
  );
}

describe('the placeholder for a sampled picture', () => {
  test('depends on every setting that counts and on nothing else', async () => {
    const first = await draw();
    expect([first.width, first.height, first.channels]).toEqual([96, 72, 3]);
    expect(distance(first, await draw())).toBe(0);
    const changes: Partial<SampleRecipe>[] = [
      { seed: '2' },
      { prompt: 'a hen' },
      { batchIndex: 1 },
      { model: 'sd_xl_base_1.0.safetensors' },
      { loras: [{ name: 'a.safetensors', strength: 1 }] },
    ];
    for (const change of changes) expect(distance(first, await draw(change))).toBeGreaterThan(1);
    // These change how a scene is painted, not what it is.
    const touches: Partial<SampleRecipe>[] = [
      { steps: 21 },
      { cfg: 8 },
      { sampler: 'dpmpp_2m' },
      { scheduler: 'karras' },
      { negativePrompt: 'blurry' },
    ];
    for (const touch of touches) expect(distance(first, await draw(touch))).toBeGreaterThan(0);
  });

  test('keeps the less of the source the more is denoised', async () => {
    const picture = solidPicture(96, 72, [10, 20, 30]);
    const base = { kind: 'encoded', picture } as const;
    const distances: number[] = [];
    for (const denoise of [0, 0.3, 0.7, 1]) distances.push(distance(picture, await draw({ base, denoise })));
    expect(distances[0]).toBe(0);
    expect(distances).toEqual(distances.toSorted((a, b) => a - b));
    expect(distance(await draw({ base, denoise: 1 }), await draw())).toBe(0);
  });

  test('changes nothing outside the mask', async () => {
    const picture = solidPicture(96, 72, [10, 20, 30]);
    const mask = Buffer.alloc(96 * 72);
    for (let at = 0; at < mask.length; at++) mask[at] = at % 96 < 48 ? 255 : 0;
    const noiseMask = { width: 96, height: 72, channels: 1 as const, pixels: mask };
    const drawn = await draw({ base: { kind: 'encoded', picture }, noiseMask });
    const outside = drawn.pixels.filter((_, at) => Math.floor(at / 3) % 96 >= 48);
    expect(Buffer.compare(outside, picture.pixels.subarray(0, outside.length))).toBe(0);
    expect(distance(picture, drawn)).toBeGreaterThan(1);
  });

  test('takes on the light around its mask where the prompt names no hour', async () => {
    const picture = solidPicture(96, 72, [200, 60, 20]);
    const mask = Buffer.alloc(96 * 72);
    for (let at = 0; at < mask.length; at++) mask[at] = at % 96 < 48 ? 255 : 0;
    const noiseMask = { width: 96, height: 72, channels: 1 as const, pixels: mask };
    const redness = async (prompt: string): Promise<number> => {
      const { pixels } = await draw({ prompt, base: { kind: 'encoded', picture }, noiseMask });
      const inside = [...mask.keys()].filter((at) => mask[at] === 255);
      return inside.reduce((sum, at) => sum + (pixels[at * 3] ?? 0) - (pixels[at * 3 + 2] ?? 0), 0);
    };
    expect(await redness('a lake')).toBeGreaterThan(await redness('a lake at noon'));
    expect(await redness('a lake')).toBeGreaterThan(0);
  });

  const selected: Record<string, (x: number, y: number) => boolean> = {
    'a circle': (x, y) => Math.hypot(x - 150, y - 60) < 50,
    'a ring': (x, y) => Math.abs(Math.hypot(x - 100, y - 80) - 60) < 15,
    'a strip along the upper edge': (_x, y) => y < 10,
    'a spot of 25 × 9 pixels': (x, y) => x >= 100 && x < 125 && y >= 40 && y < 49,
  };
  test.for(Object.entries(selected))('keeps its whole label inside a mask: %s', async ([, isSelected]) => {
    const size = { width: 240, height: 160 };
    const mask = Buffer.alloc(size.width * size.height);
    for (let at = 0; at < mask.length; at++)
      mask[at] = isSelected(at % size.width, Math.floor(at / size.width)) ? 255 : 0;
    const base = { kind: 'encoded', picture: solidPicture(size.width, size.height, [10, 20, 30]) } as const;
    const change = { ...size, base, noiseMask: { ...size, channels: 1 as const, pixels: mask } };
    const [plain, labelled] = [await draw(change), await draw(change, true)];
    const isWritten = (at: number): boolean =>
      [0, 1, 2].every((channel) => (labelled.pixels[at * 3 + channel] ?? 0) > 170);
    const isChanged = (at: number): boolean =>
      [0, 1, 2].some((channel) => labelled.pixels[at * 3 + channel] !== plain.pixels[at * 3 + channel]);
    const pixels = [...mask.keys()];
    expect(pixels.filter((at) => mask[at] === 0 && isChanged(at))).toEqual([]);
    expect(pixels.filter((at) => isWritten(at) && isChanged(at)).length).toBeGreaterThan(20);
  });

  test('shows the control map', async () => {
    const white = solidPicture(96, 72, [255, 255, 255]);
    const controls = [{ name: 'canny', picture: white, strength: 1 }];
    expect(distance(await draw({ controls }), white)).toBeLessThan(distance(await draw(), white) / 2);
  });

  test.for([
    '<svg onload="x">&amp; \u0000\u0008 "quoted"',
    '狐狸 🦊 ثعلب שועל',
    '\ud800 alone',
    'x'.repeat(100_000),
    '',
  ])('draws any prompt at the exact size: %j', async (prompt) => {
    const labelled = await draw({ prompt, width: 200, height: 120 }, true);
    expect([labelled.width, labelled.height]).toEqual([200, 120]);
    expect(distance(labelled, await draw({ prompt, width: 200, height: 120 }))).toBeGreaterThan(0);
  });

  test.for([
    [512, 288],
    [288, 512],
    [96, 72],
  ] as const)('says in its corner alone that it is a preview, at %d × %d', async ([width, height]) => {
    const [plain, labelled] = [await draw({ width, height }), await draw({ width, height }, true)];
    const changed = [...Array(width * height).keys()].filter((at) =>
      [0, 1, 2].some((channel) => labelled.pixels[at * 3 + channel] !== plain.pixels[at * 3 + channel]),
    );
    const isInCorner = (at: number): boolean => {
      const box = labelBox({ width, height });
      return box !== null && at % width >= box.left && Math.floor(at / width) >= box.top;
    };
    expect(changed.length).toBeGreaterThan(40);
    expect(changed.filter((at) => !isInCorner(at))).toEqual([]);
    expect(changed.length).toBeLessThan((width * height) / 12);
  });

  test('moves from frame to frame of a video, a little at a time, and comes around', async () => {
    const frame = (index: number) => draw({ prompt: 'a boat on the sea', frame: { index, count: 48 } });
    const first = await frame(0);
    const steps: number[] = [];
    for (const index of [1, 24, 47]) steps.push(distance(first, await frame(index)));
    const [next = 0, middle = 0, last = 0] = steps;
    expect(next).toBeGreaterThan(0);
    expect(middle).toBeGreaterThan(2 * next);
    expect(middle).toBeGreaterThan(2 * last);
  });

  test('sets a picture in motion without the label that it has', async () => {
    const size = { width: 512, height: 288 };
    const [plain, labelled] = [await draw(size), await draw(size, true)];
    const film = (initPicture: MemoryPicture, index: number) =>
      draw({ ...size, prompt: '', initPicture, motion: 127, frame: { index, count: 10 } }, true);
    for (const index of [0, 4, 9]) {
      expect(distance(await film(labelled, index), await film(plain, index))).toBeLessThan(0.01);
    }
    expect(distance(labelled, plain)).toBeGreaterThan(0.05);
  });

  test('a film from a picture stays that picture in its second pass, and goes to another scene without one', async () => {
    const first = solidPicture(96, 72, [200, 30, 160]);
    const twice = (initPicture: object) => {
      const frame = { index: 0, count: 10 };
      const film = { ...recipe, prompt: '', frame, ...initPicture };
      const base = { kind: 'sampled', recipe: film } as const;
      return draw({ ...film, base, denoise: 0.85 });
    };
    const kept = distance(first, await twice({ initPicture: first }));
    expect(kept).toBeLessThan(distance(first, await twice({})) / 3);
  });
});

describe('a latent preview', () => {
  test('is a JPEG scaled to fit 512 pixels', async () => {
    const jpeg = await renderPreview(deps, recipe, { step: 1, steps: 4 });
    expect(await sharp(jpeg).metadata()).toMatchObject({ format: 'jpeg', width: 512, height: 384 });
  });

  test('clears from step to step', async () => {
    const recipeOnce = { ...recipe };
    const sharpnesses: number[] = [];
    for (const step of [1, 2, 3, 4]) {
      const { sharpness } = await sharp(await renderPreview(deps, recipeOnce, { step, steps: 4 })).stats();
      sharpnesses.push(sharpness);
    }
    expect(sharpnesses).toEqual([...new Set(sharpnesses)].toSorted((a, b) => a - b));
  });

  test("is as large as a diffusion model's when it is grainy", async () => {
    const square = { ...recipe, width: 1024, height: 1024 };
    for (const step of [1, 2, 3, 4]) {
      const jpeg = await renderPreview(deps, square, { step, steps: 4, isGrainy: true });
      expect(jpeg.length).toBeGreaterThan(55_000);
      expect(jpeg.length).toBeLessThan(147_000);
    }
  });
});
