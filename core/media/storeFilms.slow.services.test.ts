import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../ground/runtime/clock.ts';
import { createFileStorage } from '../ground/storage/fileStorage.ts';
import type { Storage } from '../ground/storage/storage.ts';
import { testFileKeys } from '../testing/fileKeys.ts';
import { createFilm, createPictureFolder, createSound, createVideo } from '../testing/pictures.ts';
import { readAll } from '../testing/storageContract.ts';
import type { Provenance } from './metadata/provenance.ts';
import { readProvenance } from './readProvenance.ts';
import { storeOutput } from './storeOutput.ts';
import { createThumbnail } from './thumbnail.ts';

const taskId = '019a0000-0000-7000-8000-000000000001';
const provenance: Provenance = {
  platform: 'star-graph',
  workflow: { name: 'text2img', version: 1 },
  taskId,
  seed: 42,
  model: 'model.safetensors',
  params: { prompt: 'a 🐈 & <dog>', steps: 20 },
};
const signal = new AbortController().signal;
let folder: Awaited<ReturnType<typeof createPictureFolder>>;
let tempDirectory: string;
let directory: string;
let storage: Storage;

beforeAll(async () => {
  folder = await createPictureFolder();
  tempDirectory = join(folder.path, 'temp');
  directory = await mkdtemp(join(tmpdir(), 'star-graph-outputs-'));
  const config = { directory, publicUrl: 'http://localhost', keys: testFileKeys };
  storage = await createFileStorage({ clock: systemClock }, config);
});
afterAll(async () => {
  await folder.remove();
  await rm(directory, { recursive: true, force: true });
});

async function store(bytes: Buffer, limitBytes = 50_000_000) {
  const options = { taskId, provenance, limitBytes, tempDirectory, signal };
  const stored = await storeOutput({ storage }, Readable.from([bytes]), options);
  const written = await readAll(storage, stored.key);
  if (!written) throw new Error('nothing was stored');
  return { stored, written, file: await folder.write(written) };
}

async function storedKeys(): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of storage.list('')) keys.push(key);
  return keys;
}

/**
 * A digest of every coded packet, in the order of its stream: equal only if nothing was encoded anew. The
 * interleaving of picture and sound depends on ffmpeg's version.
 */
function packetDigests(file: string): string[] {
  const args = ['-v', 'error', '-i', file, '-map', '0', '-c', 'copy', '-f', 'framehash', '-'];
  const { stdout, status } = spawnSync('ffmpeg', args, { encoding: 'utf8', timeout: 100_000 });
  expect(status).toBe(0);
  return stdout
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(',').map((column) => column.trim()))
    .sort(([streamA], [streamB]) => Number(streamA) - Number(streamB))
    .map(([stream, ...rest]) => `${stream}: ${rest.at(-1)}`);
}

describe.each(['mp4', 'webm'] as const)('storeOutput of %s', (ext) => {
  test('copies picture and sound, with our tag instead of the graph', async () => {
    const delivered = createVideo(ext);
    expect(delivered.includes('secret graph')).toBe(true);
    const { stored, written, file } = await store(delivered);
    expect(stored).toMatchObject({
      mime: `video/${ext}`,
      width: 160,
      height: 120,
      frames: 16,
      sound: { codec: ext === 'mp4' ? 'aac' : expect.stringMatching(/opus|vorbis/), channels: 1 },
    });
    expect(Math.abs((stored.durationMs ?? 0) - 2000)).toBeLessThan(100);
    expect(written.includes('secret graph')).toBe(false);
    expect(await readProvenance(file, { signal })).toEqual(provenance);
    expect(packetDigests(file)).toEqual(packetDigests(await folder.write(delivered)));
    expect((await store(delivered)).stored).toEqual(stored);
  });

  test('shows its first frame as thumbnail', async () => {
    const thumbnail = await createThumbnail(await folder.write(createVideo(ext)), { signal });
    expect(await sharp(thumbnail).metadata()).toMatchObject({ format: 'webp', width: 160, height: 120 });
    expect((await sharp(thumbnail).stats()).isOpaque).toBe(true);
  });

  test('stops when told to', async () => {
    const stop = new AbortController();
    const options = { taskId, provenance, limitBytes: 50_000_000, tempDirectory, signal: stop.signal };
    const storing = storeOutput({ storage }, Readable.from([createVideo(ext)]), options);
    stop.abort(new Error('task cancelled'));
    await expect(storing).rejects.toThrow(/cancelled|abort/i);
    expect(await readdir(tempDirectory)).toEqual([]);
  });
});

test('storeOutput of an even film tells its rate, though its last frame lasts longer', async () => {
  const longer = (last: number) => `setts=duration='if(eq(N,${last}),DURATION*2,DURATION)'`;
  const film = (last: number, filter = '') =>
    createFilm([`testsrc=size=64x64:rate=16:duration=2${filter}`], { args: ['-bsf:v', longer(last)] });
  expect((await store(film(31))).stored).toMatchObject({ frames: 32, fps: 16 });
  // Half of the pictures are missing: the rate changes, and the average is all that can be said.
  const uneven = await store(film(-1, ",select='lt(n,8)+not(mod(n,3))'"));
  expect(uneven.stored.fps).toBeLessThan(12);
});

describe('storeOutput of a sound', () => {
  const tagged = ['-metadata', 'prompt=secret graph'];

  test.each([
    ['flac', 'flac', []],
    ['mp3', 'mp3', []],
    ['ogg', 'opus', ['-c:a', 'libopus']],
    ['wav', 'pcm_s16le', []],
  ] as const)(
    'stores a %s with its length and our provenance, without its graph',
    async (ext, codec, args) => {
      const { stored, written } = await store(createSound(ext, [...tagged, ...args]));
      expect(stored).toMatchObject({ ext, width: 0, height: 0, frames: null, sound: { codec, channels: 1 } });
      expect(Math.abs((stored.durationMs ?? 0) - 1_000)).toBeLessThan(60);
      expect(written.includes('secret graph')).toBe(false);
      expect(written.includes(taskId)).toBe(true);
    },
  );

  test('says how loud each of its parts is, beside the loudest, and nothing of silence', async () => {
    const fading = ['-af', "volume='if(lt(t,0.5),1,if(lt(t,0.8),0.5,0))':eval=frame"];
    const [faded, silent] = await Promise.all(
      [fading, ['-af', 'volume=0']].map((args) => store(createSound('flac', args))),
    );
    const loudness = [...Buffer.from(faded?.stored.waveform ?? '', 'base64')];
    expect(loudness).toHaveLength(10);
    expect(loudness.slice(0, 4).every((one) => one > 200)).toBe(true);
    expect(loudness.slice(6, 7).every((one) => one > 100 && one < 155)).toBe(true);
    expect(loudness.slice(9)).toEqual([0]);
    expect([...Buffer.from(silent?.stored.waveform ?? '', 'base64')]).toEqual(Array(10).fill(0));
  });

  test.each([
    ['cut off', (sound: Buffer) => sound.subarray(0, sound.length / 2)],
    [
      'damaged',
      (sound: Buffer) => Buffer.concat([sound.subarray(0, 200), Buffer.alloc(sound.length - 200, 7)]),
    ],
    ['longer than an hour', () => createSound('flac', ['-af', 'apad=pad_dur=3600', '-ar', '8000'])],
  ])('refuses one that is %s', async (_, spoil) => {
    const before = await storedKeys();
    await expect(store(spoil(createSound('flac')))).rejects.toMatchObject({ code: 'generation-failed' });
    expect(await storedKeys()).toEqual(before);
  });
});
