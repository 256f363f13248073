import sharp from 'sharp';
import { afterAll, describe, expect, test } from 'vitest';
import type { SampleRecipe } from '../nodes/values.ts';
import { type MemoryPicture, solidPicture } from './picture.ts';
import { renderPreview, renderSample } from './renderSample.ts';
import { createPixelWorkers } from './workers/pixelWorkers.ts';

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
      { steps: 21 },
      { batchIndex: 1 },
      { model: 'sd_xl_base_1.0.safetensors' },
      { loras: [{ name: 'a.safetensors', strength: 1 }] },
    ];
    for (const change of changes) expect(distance(first, await draw(change))).toBeGreaterThan(1);
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
      [0, 1, 2].every((channel) => (labelled.pixels[at * 3 + channel] ?? 0) > 240);
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
  ])('labels any prompt at the exact size: %j', async (prompt) => {
    const labelled = await draw({ prompt, width: 200, height: 120 }, true);
    expect([labelled.width, labelled.height]).toEqual([200, 120]);
    expect(distance(labelled, await draw({ prompt, width: 200, height: 120 }))).toBeGreaterThan(1);
  });

  test('moves from frame to frame of a video', async () => {
    const frame = (index: number) => draw({ frame: { index, count: 10 }, motion: 127 });
    expect(distance(await frame(0), await frame(9))).toBeGreaterThan(0.5);
  });

  test("covers a film's still label with its own", async () => {
    const size = { width: 512, height: 288 };
    const [plain, labelled] = [await draw(size), await draw(size, true)];
    const film = (initPicture: MemoryPicture, index: number) =>
      draw({ ...size, prompt: '', initPicture, motion: 127, frame: { index, count: 10 } }, true);
    for (const index of [0, 4, 9])
      expect(distance(await film(labelled, index), await film(plain, index))).toBe(0);
    expect(distance(labelled, plain)).toBeGreaterThan(1);
  });
});

describe('a latent preview', () => {
  test('is a JPEG scaled to fit 512 pixels', async () => {
    const jpeg = await renderPreview(deps, recipe, { step: 1, steps: 4 });
    expect(await sharp(jpeg).metadata()).toMatchObject({ format: 'jpeg', width: 512, height: 384 });
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
