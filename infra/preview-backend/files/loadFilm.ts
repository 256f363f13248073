import { spawn } from 'node:child_process';
import { Interrupted, NodeFailure } from '../nodes/node.ts';
import type { MemoryPicture } from '../pictures/picture.ts';
import type { Sound } from './sound.ts';

interface FilmFacts {
  width: number;
  height: number;
  fps: number;
  sound?: Sound;
}

/** A film of some minutes takes seconds to read; this only ends a decoder that hangs. */
const decodeTimeoutMs = 5 * 60_000;

/** What ffprobe says of a film. Throws NodeFailure for what is none. */
export async function probeFilm(path: string, signal: AbortSignal): Promise<FilmFacts> {
  const { streams = [], format = {} } = await probe(path, signal);
  const video = streams.find(({ codec_type }) => codec_type === 'video');
  if (!video?.width || !video.height)
    throw new NodeFailure('ValueError', `No video stream found in file '${path}'`);
  const isTurned = (video.side_data_list ?? []).some(({ rotation = 0 }) => Math.abs(rotation) % 180 === 90);
  const [width, height] = isTurned ? [video.height, video.width] : [video.width, video.height];
  const audio = streams.find(({ codec_type }) => codec_type === 'audio');
  const [frames = 0, seconds = 1] = (video.avg_frame_rate ?? '').split('/').map(Number);
  const fps = frames > 0 && seconds > 0 ? frames / seconds : 24;
  return { width, height, fps, ...(audio && { sound: soundOf(audio, format, path) }) };
}

/** The track of a sound, or of a film that has one. Throws NodeFailure for what has none. */
export async function probeSound(path: string, signal: AbortSignal): Promise<Sound> {
  const { streams = [], format = {} } = await probe(path, signal);
  const audio = streams.find(({ codec_type }) => codec_type === 'audio');
  if (!audio) throw new NodeFailure('ValueError', 'No audio stream found in the file.');
  return soundOf(audio, format, path);
}

async function probe(path: string, signal: AbortSignal): Promise<Probe> {
  const chunks: Buffer[] = [];
  const flags = ['-v', 'error', '-of', 'json', '-show_streams', '-show_format', path];
  for await (const chunk of runProgram('ffprobe', flags, signal)) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString()) as Probe;
}

const soundOf = (audio: Stream, format: NonNullable<Probe['format']>, path: string): Sound => ({
  seconds: Number(audio.duration ?? format.duration ?? 0),
  rate: Number(audio.sample_rate ?? 44_100),
  channels: audio.channels === 1 ? 1 : 2,
  source: { kind: 'file', path, fromSeconds: 0 },
});

const loudnessRate = 8_000;

/** How loud each of so many equal parts of a track is, the loudest 1. */
export async function readLoudness(
  path: string,
  { fromSeconds, seconds, parts }: { fromSeconds: number; seconds: number; parts: number },
  signal: AbortSignal,
): Promise<number[]> {
  const input = ['-v', 'error', '-ss', String(fromSeconds), '-t', String(seconds), '-i', path];
  const output = ['-map', '0:a:0', '-ac', '1', '-ar', String(loudnessRate), '-f', 's16le', 'pipe:1'];
  const chunks: Buffer[] = [];
  for await (const chunk of runProgram('ffmpeg', [...input, ...output], signal)) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  const samples = Math.floor(bytes.length / 2);
  const each = (seconds * loudnessRate) / parts;
  const levels = Array.from({ length: parts }, (_, part) => {
    const [from, to] = [Math.round(part * each), Math.min(samples, Math.round((part + 1) * each))];
    let power = 0;
    for (let at = from; at < to; at++) power += bytes.readInt16LE(at * 2) ** 2;
    return to > from ? Math.sqrt(power / (to - from)) : 0;
  });
  const loudest = Math.max(...levels);
  return levels.map((level) => (loudest === 0 ? 0 : level / loudest));
}

interface Probe {
  format?: { duration?: string };
  streams?: Stream[];
}

interface Stream {
  codec_type?: string;
  width?: number;
  height?: number;
  avg_frame_rate?: string;
  duration?: string;
  sample_rate?: string;
  channels?: number;
  side_data_list?: { rotation?: number }[];
}

/** Every frame in its order, one at a time. */
export async function* readFrames(
  path: string,
  { width, height }: FilmFacts,
  signal: AbortSignal,
): AsyncGenerator<MemoryPicture> {
  const frameBytes = width * height * 3;
  const flags = ['-v', 'error', '-i', path, '-map', '0:v:0', '-fps_mode', 'passthrough'];
  let rest: Buffer[] = [];
  let held = 0;
  for await (const chunk of runProgram(
    'ffmpeg',
    [...flags, '-f', 'rawvideo', '-pix_fmt', 'rgb24', 'pipe:1'],
    signal,
  )) {
    rest.push(chunk);
    held += chunk.length;
    if (held < frameBytes) continue;
    const bytes = Buffer.concat(rest);
    let at = 0;
    for (; at + frameBytes <= bytes.length; at += frameBytes) {
      yield { width, height, channels: 3, pixels: Buffer.from(bytes.subarray(at, at + frameBytes)) };
    }
    rest = [bytes.subarray(at)];
    held = bytes.length - at;
  }
}

async function* runProgram(
  program: 'ffmpeg' | 'ffprobe',
  flags: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const child = spawn(program, flags, {
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
    timeout: decodeTimeoutMs,
  });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-2000);
  });
  const ended = new Promise<{ code: number | null } | { error: Error }>((resolve) => {
    child.on('error', (error) => resolve({ error }));
    child.on('close', (code) => resolve({ code }));
  });
  try {
    for await (const chunk of child.stdout) yield chunk as Buffer;
  } finally {
    if (child.exitCode === null) child.kill();
  }
  const end = await ended;
  if (signal.aborted) throw new Interrupted();
  if ('error' in end) {
    throw new NodeFailure('FileNotFoundError', `${program} is not installed: films cannot be read`);
  }
  if (end.code !== 0) throw new NodeFailure('ValueError', `${program} failed: ${complaint.trim()}`);
}
