import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Film, shrinkVideo } from './smallerVideo.ts';

const run = promisify(execFile);
const log = pino({ level: 'silent' });
let directory: string;
let film: Film;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'star-graph-film-test-'));
  const path = join(directory, 'noise.mp4');
  // Noise, because it compresses worst.
  const source = 'testsrc2=size=640x361:rate=10:duration=4,noise=alls=60:allf=t';
  await run('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', source, '-c:v', 'libx264', '-qp', '10', path]);
  film = { bytes: await readFile(path), mime: 'video/mp4', durationMs: 4_000 };
});
afterAll(() => rm(directory, { recursive: true, force: true }));

test('a film above the limit is encoded below it, unshortened', async () => {
  const limitBytes = 200_000;
  expect(film.bytes.length).toBeGreaterThan(limitBytes * 4);
  const smaller = await shrinkVideo({ log }, film, limitBytes);
  expect(smaller?.length).toBeLessThanOrEqual(limitBytes);
  expect(smaller?.length).toBeGreaterThan(limitBytes / 10);
  expect(smaller?.subarray(4, 8).toString()).toBe('ftyp');
});

test('where only mud would fit, there is no smaller film', async () => {
  expect(await shrinkVideo({ log }, film, 30_000)).toBeUndefined();
  expect(await shrinkVideo({ log }, { ...film, durationMs: 20 * 60_000 }, 10 * 1_048_576)).toBeUndefined();
});

test('a file that is not a film is logged and skipped', async () => {
  const lines: string[] = [];
  const noted = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) });
  const broken = { ...film, bytes: Buffer.from('no film at all') };
  const [none, some] = await Promise.all([
    shrinkVideo({ log: noted }, broken, 200_000),
    shrinkVideo({ log: noted }, film, 200_000),
  ]);
  expect(none).toBeUndefined();
  expect(some?.length).toBeLessThanOrEqual(200_000);
  expect(lines.map((line) => JSON.parse(line).msg)).toEqual(['a film could not be made smaller']);
});
