import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFilm, createTurningFilm, createVideo } from '../../testing/pictures.ts';
import { formatProvenance } from '../metadata/provenance.ts';
import { readProvenance } from '../readProvenance.ts';
import { cleanUploadedVideo } from './cleanUploaded.ts';
import { withFilmTurn } from './filmTurns.ts';
import { runTool } from './runTool.ts';
import { rewriteVideo, type VideoExtension } from './videoFile.ts';

const signal = new AbortController().signal;
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'star-graph-uploaded-video-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const place = (name: string) => join(directory, name);

async function clean(bytes: Buffer, ext: VideoExtension, limitBytes = 50_000_000) {
  await writeFile(place('sent'), bytes);
  const cleaned = await cleanUploadedVideo(place('sent'), place('kept'), ext, {
    personId: 'anna',
    limitBytes,
    signal,
  });
  return { cleaned, kept: await readFile(place('kept')) };
}

/** Digests of the packets of each track. */
const readTracks = async (name: string) =>
  (
    await runTool(
      'ffmpeg',
      ['-v', 'error', '-i', place(name), '-map', '0', '-c', 'copy', '-f', 'streamhash', '-'],
      { timeoutMs: 20_000, signal },
    )
  ).toString();

test("a film waits for the one of its person's that is being checked, and another's does not", async () => {
  const told: string[] = [];
  const send = async (personId: string, name: string) => {
    const options = { personId, limitBytes: 50_000_000, signal };
    const sent = cleanUploadedVideo(place(name), place('kept'), 'mp4', options);
    await sent.catch((error: { code?: string }) => expect(error.code).toBe('unsupported-media'));
    told.push(personId);
  };
  await writeFile(place('whole'), createFilm(['color=size=16x16:rate=1:duration=1']));
  const first = Promise.withResolvers<void>();
  const held = withFilmTurn('anna', () => first.promise, signal);
  // One that is not there is refused at the first look.
  const own = send('anna', 'missing');
  await send('ben', 'whole');
  expect(told).toEqual(['ben']);
  first.resolve();
  await Promise.all([held, own]);
  expect(told).toEqual(['ben', 'anna']);
});

test.each(['mp4', 'webm'] as const)('a film as %s keeps picture and sound, not its tags', async (ext) => {
  const { cleaned, kept } = await clean(createVideo(ext), ext);
  expect(cleaned).toMatchObject({ ext, width: 160, height: 120, frames: 16, bytes: kept.length });
  expect(cleaned.sound?.channels).toBe(1);
  expect(kept.includes('secret graph')).toBe(false);
  expect(await readTracks('kept')).toBe(await readTracks('sent'));
});

const page = '<!doctype html><script>alert(1)</script>';

test.each(['mp4', 'webm'] as const)('a page behind the end of %s is not kept', async (ext) => {
  const both = Buffer.concat([createVideo(ext), Buffer.from(page)]);
  const kept = await clean(both, ext).then(
    (done) => done.kept,
    (error: { code?: string }) => error.code,
  );
  if (Buffer.isBuffer(kept)) expect(kept.includes('<script>')).toBe(false);
  else expect(kept).toBe('unsupported-media');
});

test.each(['mp4', 'webm'] as const)('a copy of a result as %s keeps its bytes and origin', async (ext) => {
  const provenance = {
    platform: 'star-graph',
    workflow: { name: 'text2video', version: 1 },
    taskId: '019a0000-0000-7000-8000-000000000001',
    seed: 7,
    params: { prompt: 'waves' },
  } as const;
  await writeFile(place('made'), createVideo(ext));
  await rewriteVideo(place('made'), place('result'), ext, formatProvenance(provenance), { signal });
  const result = await readFile(place('result'));
  const { kept } = await clean(result, ext);
  expect(kept.equals(result)).toBe(true);
  expect(await readProvenance(place('kept'), { signal })).toEqual(provenance);
});

const cutOff = (ext: VideoExtension) => {
  const whole = createVideo(ext);
  return whole.subarray(0, Math.floor(whole.length * 0.7));
};

test.each([
  ['an mp4 that is cut off', () => cutOff('mp4'), 'mp4', 'unsupported-media'],
  ['a WebM that is cut off', () => cutOff('webm'), 'webm', 'unsupported-media'],
  ['a page that poses as mp4', () => Buffer.from(`\0\0\0\x18ftypmp42${page}`), 'mp4', 'unsupported-media'],
  ['sound alone', () => createFilm([], { hasSound: true }), 'mp4', 'unsupported-media'],
  ['too long a film', () => createFilm(['color=size=16x16:rate=1:duration=122']), 'mp4', 'too-large'],
  ['too many frames', () => createFilm(['color=size=16x16:rate=60:duration=61']), 'mp4', 'too-large'],
  ['too long a side', () => createFilm(['color=size=4112x16:rate=1:duration=1']), 'mp4', 'too-large'],
] as const)('%s is refused', async (_, create, ext, code) => {
  await expect(clean(create(), ext)).rejects.toMatchObject({ code });
});

test('a copy larger than uploads may be is refused', async () => {
  await expect(clean(createVideo('mp4'), 'mp4', 1_000)).rejects.toMatchObject({ code: 'too-large' });
});

test.each([
  ['larger', ['64x64', '512x512']],
  ['smaller', ['64x64', '32x32']],
  ['as large in another shape', ['64x64', '32x128']],
])('a film whose later frames are %s is refused', async (_, sizes) => {
  await expect(clean(createTurningFilm(sizes), 'webm')).rejects.toMatchObject({
    code: 'unsupported-media',
    detail: expect.stringContaining('does not keep one size'),
  });
});

test('a film that goes on in its size is taken', async () => {
  const { cleaned } = await clean(createTurningFilm(['64x48', '64x48']), 'webm');
  expect(cleaned).toMatchObject({ width: 64, height: 48, frames: 4 });
});

test('a film on its side keeps its turn', async () => {
  await writeFile(place('flat.mp4'), createFilm(['testsrc=size=160x120:rate=2:duration=1']));
  const turn = ['-display_rotation', '90', '-i', place('flat.mp4'), '-c', 'copy', '-y', place('turned.mp4')];
  await runTool('ffmpeg', ['-v', 'error', ...turn], { timeoutMs: 20_000, signal });
  const { cleaned } = await clean(await readFile(place('turned.mp4')), 'mp4');
  expect(cleaned).toMatchObject({ width: 120, height: 160 });
});
