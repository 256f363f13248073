import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FilmPlan } from '@star-graph/workflows/filmEdit';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFilm } from '../../testing/pictures.ts';
import { cutFilm } from './cutFilm.ts';
import { probeVideo, proveVideo, readFrame } from './videoFile.ts';

const signal = new AbortController().signal;
let directory: string;
let made = 0;

/** Red for a second, then blue for one, with sound; and half a second of green in another shape, without. */
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'star-graph-cut-film-'));
  const colour = (name: string, size: string, seconds: number) =>
    `color=${name}:size=${size}:rate=10:duration=${seconds}`;
  await writeFile(
    join(directory, 'two.mp4'),
    createFilm([`${colour('red', '64x48', 1)}[r];${colour('blue', '64x48', 1)}[b];[r][b]concat`], {
      hasSound: true,
    }),
  );
  await writeFile(join(directory, 'green.mp4'), createFilm([colour('green', '32x64', 0.5)]));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const two = { file: 'two.mp4', from: 0, seconds: 2, speed: 1, hasSound: true, isEnd: false, fps: 10 };
const green = { ...two, file: 'green.mp4', seconds: 0.5, hasSound: false };
const plan = (values: Partial<FilmPlan>): FilmPlan => ({
  parts: [two],
  width: 64,
  height: 48,
  fps: 10,
  repeats: 1,
  sound: true,
  format: 'mp4',
  ...values,
});

async function cut(values: Partial<FilmPlan>) {
  const shares: number[] = [];
  const workplace = join(directory, `work-${made++}`);
  const files = await cutFilm(plan(values), {
    inputs: directory,
    workplace,
    signal,
    onProgress: (share) => shares.push(share),
  });
  return { files, file: files[0] ?? '', shares };
}

async function colourOf(picture: Buffer | string): Promise<string> {
  const { channels } = await sharp(picture).stats();
  const [red = 0, green = 0, blue = 0] = channels.map(({ mean }) => mean);
  if (Math.max(red, green, blue) < 20) return 'black';
  return red > green && red > blue ? 'red' : green > blue ? 'green' : 'blue';
}

const coloursAt = (file: string, ext: 'mp4' | 'webm', ms: number[]) =>
  Promise.all(ms.map(async (at) => colourOf(await readFrame(file, ext, at, { signal }))));

test('parts of two films are joined in their order, each at its speed, and played again', async () => {
  const parts = [
    { ...two, from: 1, seconds: 1, speed: 2 },
    { ...green, speed: 0.25 },
    { ...two, seconds: 0.5 },
  ];
  const { file, shares } = await cut({ parts, repeats: 2 });
  const facts = await probeVideo(file, 'mp4', { signal });
  expect(facts).toMatchObject({ width: 64, height: 48, frames: 60, fps: 10, durationMs: 6_000 });
  expect(facts.sound).toEqual({ codec: 'aac', sampleRate: 48_000, channels: 2 });
  await proveVideo(file, 'mp4', facts, { signal });
  const seen = await coloursAt(file, 'mp4', [200, 600, 2_400, 2_700, 3_200, 5_700]);
  expect(seen).toEqual(['blue', 'green', 'green', 'red', 'blue', 'red']);
  expect([...shares].sort((a, b) => a - b)).toEqual(shares);
  expect(Math.max(...shares)).toBeLessThanOrEqual(0.9);
});

test('a film without its sound, as WebM, keeps its frames', async () => {
  const { file } = await cut({ parts: [two, green], sound: false, format: 'webm' });
  const facts = await probeVideo(file, 'webm', { signal });
  expect(facts).toMatchObject({ width: 64, height: 48, frames: 25, durationMs: 2_500 });
  expect(facts.sound).toBeUndefined();
  await proveVideo(file, 'webm', facts, { signal });
});

test('the sound of a WebM is as long as its picture', async () => {
  const { file } = await cut({ parts: [{ ...two, speed: 0.5 }], format: 'webm' });
  const { durationMs, sound } = await probeVideo(file, 'webm', { signal });
  expect(sound?.codec).toBe('opus');
  expect(Math.abs(durationMs - 4_000)).toBeLessThan(30);
});

test('a GIF has the frames of the parts and plays for ever', async () => {
  const { file } = await cut({ parts: [two, green], sound: false, format: 'gif' });
  const { format, pages, loop, width } = await sharp(file, { animated: true }).metadata();
  expect({ format, pages, loop, width }).toEqual({ format: 'gif', pages: 30, loop: 0, width: 64 });
});

test('pictures are of the frame at their place, and of the very last one', async () => {
  const parts = [two, { ...two, from: 0.9 }, { ...two, from: 1 }, { ...two, from: 2, isEnd: true }];
  const { files } = await cut({ parts, format: 'png', sound: false });
  expect(await Promise.all(files.map(colourOf))).toEqual(['red', 'red', 'blue', 'blue']);
});

test('a cut that is given up ends its process', async () => {
  const end = new AbortController();
  const cutting = cutFilm(
    plan({ parts: [{ ...two, speed: 0.25 }], format: 'webm', width: 1_920, height: 1_080 }),
    {
      inputs: directory,
      workplace: join(directory, 'given-up'),
      signal: end.signal,
      onProgress: () => undefined,
    },
  );
  end.abort(new Error('given up'));
  await expect(cutting).rejects.toThrow('given up');
});
