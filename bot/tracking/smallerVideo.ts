import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Logger } from 'pino';

/** Given, not guessed: ffmpeg also reads playlists, which name other files. */
const demuxers = { 'video/mp4': 'mov', 'video/webm': 'matroska' } as const;
type FilmType = keyof typeof demuxers;

export interface Film {
  bytes: Buffer;
  mime: FilmType;
  durationMs: number;
}

const encodeTimeoutMs = 180_000;
/** A lower rate would show nothing. */
const leastBitsPerSecond = 80_000;
const soundBitsPerSecond = 64_000;
/** For the container, and for deviations from the requested rate. */
const shareForPicture = 0.85;
/** Longer side in pixels by rate: few bits in many pixels are blocks. */
const sides: readonly [fromBitsPerSecond: number, side: number][] = [
  [1_500_000, 1_280],
  [600_000, 854],
  [250_000, 640],
  [0, 426],
];
export const isFilmType = (mime: string): mime is FilmType => Object.hasOwn(demuxers, mime);

let last: Promise<unknown> = Promise.resolve();

/**
 * Encodes a film as MP4 of at most `limitBytes`, one film at a time: an encoder uses all cores. Undefined if no
 * sensible film fits, or if ffmpeg is missing or fails, which is logged.
 */
export async function shrinkVideo(
  deps: { log: Logger },
  film: Film,
  limitBytes: number,
): Promise<Buffer | undefined> {
  const bitsPerSecond = (limitBytes * 8 * shareForPicture * 1_000) / film.durationMs - soundBitsPerSecond;
  if (!(bitsPerSecond >= leastBitsPerSecond)) return undefined;
  const turn = last.then(() => encode(film, Math.floor(bitsPerSecond)));
  last = turn.catch(() => undefined);
  try {
    const smaller = await turn;
    return smaller.length <= limitBytes ? smaller : undefined;
  } catch (err) {
    deps.log.warn({ err }, 'a film could not be made smaller');
    return undefined;
  }
}

async function encode({ bytes, mime }: Film, bitsPerSecond: number): Promise<Buffer> {
  const directory = await mkdtemp(join(tmpdir(), 'star-graph-film-'));
  try {
    const [source, target] = [join(directory, 'source'), join(directory, 'smaller.mp4')];
    await writeFile(source, bytes);
    const side = sides.find(([from]) => bitsPerSecond >= from)?.[1] ?? 426;
    const scale = `scale=w='min(iw,${side})':h='min(ih,${side})':force_original_aspect_ratio=decrease:force_divisible_by=2`;
    await runFfmpeg([
      ...['-v', 'error', '-nostdin', '-y', '-protocol_whitelist', 'file,pipe'],
      ...['-f', demuxers[mime], '-i', `file:${source}`, '-map', '0:v:0', '-map', '0:a:0?'],
      ...['-vf', scale, '-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p'],
      ...['-b:v', String(bitsPerSecond), '-maxrate', String(bitsPerSecond)],
      ...['-bufsize', String(bitsPerSecond * 2), '-c:a', 'aac', '-b:a', String(soundBitsPerSecond)],
      ...['-map_metadata', '-1', '-movflags', '+faststart', '-f', 'mp4', target],
    ]);
    return await readFile(target);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function runFfmpeg(args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const options = { timeout: encodeTimeoutMs, killSignal: 'SIGKILL' } as const;
    execFile('ffmpeg', args, options, (error) => (error ? reject(error) : resolve()));
  });
}
