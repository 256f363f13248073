import { afterAll, beforeAll, expect, test } from 'vitest';
import { sampleFrames } from '../../media/sampleFrames.ts';
import {
  createFrames,
  createNoise,
  createPictureFolder,
  createTwoColours,
  createVideo,
} from '../../testing/pictures.ts';
import { createLocalClassifier } from './localClassifier.ts';

const patientMs = 120_000;
const { signal } = new AbortController();
let folder: Awaited<ReturnType<typeof createPictureFolder>>;
beforeAll(async () => {
  folder = await createPictureFolder();
  return () => folder.remove();
});

const classifier = createLocalClassifier(patientMs);
afterAll(() => classifier.close());

test.each([
  ['one pixel', 1, () => createNoise(1, 1).png().toBuffer()],
  ['a line', 1, () => createTwoColours(4_000, 1).png().toBuffer()],
  ['8,000 pixels', 1, () => createNoise(8_000, 200).jpeg().toBuffer()],
  ['two colours', 1, () => createTwoColours(300, 200).webp().toBuffer()],
  ['an animation', 3, async () => (await createFrames()).gif().toBuffer()],
  ['a film', 3, async () => createVideo('mp4')],
])('the network scores %s and finds nothing in it', async (_what, count, create) => {
  const frames = await sampleFrames(await folder.write(await create()), { signal });
  expect(frames).toHaveLength(count);
  for (const jpeg of frames) {
    const scores = await classifier.classify(jpeg, signal);
    expect(Object.keys(scores)).toEqual(['drawing', 'hentai', 'neutral', 'porn', 'sexy']);
    expect(Object.values(scores).reduce((sum, score) => sum + score, 0)).toBeCloseTo(1, 3);
    expect(Math.max(scores.porn ?? 1, scores.hentai ?? 1)).toBeLessThan(0.85);
  }
});

/** Answers bright pictures; `dark` is what it does with others. */
const scriptOf = (dark: string) =>
  new URL(
    `data:text/javascript,${encodeURIComponent(`
      import { parentPort } from 'node:worker_threads';
      parentPort.on('message', (pixels) => {
        if (pixels[0] < 128) { ${dark} }
        else parentPort.postMessage({ scores: { neutral: 1 } });
      });`)}`,
  );
const square = (shade: number) => createTwoColours(32, 32).linear(0, shade).jpeg().toBuffer();

test.each([
  ['ends', 'process.exit(3)'],
  ['throws', "throw new Error('broken')"],
  ['answers a fault', "parentPort.postMessage({ fault: 'broken' })"],
])('a thread that %s fails one picture, not the next', async (_what, dark) => {
  const broken = createLocalClassifier(patientMs, scriptOf(dark));
  const answers = await Promise.allSettled([
    broken.classify(await square(0), signal),
    broken.classify(await square(255), signal),
  ]);
  expect(answers.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  await broken.close();
});

test('a thread that hangs is ended, and the next picture is scored', async () => {
  const hanging = createLocalClassifier(patientMs, scriptOf('while (true);'));
  const stop = new AbortController();
  const first = hanging.classify(await square(0), stop.signal);
  const second = hanging.classify(await square(255), signal);
  stop.abort(new Error('time is over'));
  await expect(first).rejects.toThrow('time is over');
  expect(await second).toEqual({ neutral: 1 });
  await hanging.close();
});
