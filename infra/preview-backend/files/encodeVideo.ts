import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isJsonObject, stringifyAscii } from '../json.ts';
import { Interrupted, type NodeContext, NodeFailure } from '../nodes/node.ts';
import { loadPicture, openPicture, type Picture, renderPicture } from '../pictures/picture.ts';
import { type Sound, toneSamples } from './sound.ts';

export type VideoFormat = 'mp4' | 'mkv' | 'webm-vp9' | 'webm-av1' | 'apng';

export interface VideoOptions {
  format: VideoFormat;
  fps: number;
  /** Constant rate factor of VP9 and AV1, 0-63. */
  crf?: number;
  /** Encoded as AAC beside the frames; only containers of H.264 take it here. */
  sound?: Sound;
}

/** A video of some seconds takes seconds; this only ends an encoder that hangs. */
const encodeTimeoutMs = 10 * 60_000;

/** Widths and heights of these must be even: the odd row or column is cut off. */
const evenSize = ['-vf', 'crop=trunc(iw/2)*2:trunc(ih/2)*2', '-pix_fmt', 'yuv420p'];

const h264 = ['-c:v', 'libx264', '-preset', 'veryfast', ...evenSize];

const encoderFlags: Readonly<Record<VideoFormat, (options: VideoOptions) => string[]>> = {
  mp4: () => [...h264, '-movflags', '+faststart+use_metadata_tags'],
  mkv: () => h264,
  'webm-vp9': ({ crf = 32 }) => [
    '-c:v',
    'libvpx-vp9',
    '-b:v',
    '0',
    '-crf',
    String(crf),
    '-cpu-used',
    '5',
    ...evenSize,
  ],
  'webm-av1': ({ crf = 32 }) => ['-c:v', 'libsvtav1', '-crf', String(crf), '-preset', '10', ...evenSize],
  apng: () => ['-c:v', 'apng', '-plays', '0', '-f', 'apng'],
};

/** Encodes a batch as a film with ffmpeg, the graph in its metadata. Throws NodeFailure when it cannot. */
export async function encodeVideo(
  context: NodeContext,
  pictures: readonly Picture[],
  path: string,
  options: VideoOptions,
): Promise<void> {
  const first = pictures[0];
  if (!first) throw new NodeFailure('ValueError', 'a video needs at least one frame');
  const scratch = join(context.folders.scratch, randomUUID());
  const metadataPath = `${scratch}.ffmeta`;
  const tonePath = `${scratch}.s16`;
  await writeFile(metadataPath, metadataText(context));
  try {
    const sound = options.sound
      ? await soundFlags(options, pictures.length, options.sound, tonePath)
      : { input: [], output: [] };
    const input = ['-f', 'rawvideo', '-pix_fmt', 'rgb24', '-s', `${first.width}x${first.height}`];
    const source = [
      ...input,
      '-r',
      String(options.fps),
      '-i',
      'pipe:0',
      '-i',
      metadataPath,
      ...sound.input,
      '-map_metadata',
      '1',
    ];
    const flags = encoderFlags[options.format](options);
    const quiet = ['-hide_banner', '-loglevel', 'error', '-y'];
    await runEncoder(
      context,
      [...quiet, ...source, '-map', '0:v', ...sound.output, ...flags, path],
      pictures,
    );
  } finally {
    await rm(metadataPath, { force: true });
    await rm(tonePath, { force: true });
  }
}

/** A track of a file, from where it is heard. */
export const fileInput = ({ path, fromSeconds }: { path: string; fromSeconds: number }): string[] => [
  ...(fromSeconds > 0 ? ['-ss', String(fromSeconds)] : []),
  ...['-i', path],
];

/** The third input, after the frames and the metadata. It ends with the film at the latest. */
async function soundFlags(
  { fps }: VideoOptions,
  frames: number,
  sound: Sound,
  tonePath: string,
): Promise<{ input: string[]; output: string[] }> {
  const output = ['-map', '2:a:0', '-c:a', 'aac', '-b:a', '96k', '-t', String(frames / fps)];
  if (sound.source.kind === 'file') return { input: fileInput(sound.source), output };
  await writeFile(tonePath, toneSamples(sound, sound.source));
  const shape = ['-f', 's16le', '-ar', String(sound.rate), '-ac', String(sound.channels)];
  return { input: [...shape, '-i', tonePath], output };
}

/** @param pictures read from the standard input; none for a sound */
export async function runEncoder(
  context: NodeContext,
  flags: readonly string[],
  pictures: readonly Picture[] = [],
): Promise<void> {
  const { signal } = context;
  const child = spawn('ffmpeg', flags, {
    stdio: ['pipe', 'ignore', 'pipe'],
    signal,
    timeout: encodeTimeoutMs,
  });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-2000);
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  // A dead encoder is reported by its exit code, not by the pipe that breaks with it.
  child.stdin.on('error', () => {});
  try {
    const [code] = await Promise.all([ended, feed(child.stdin, pictures, ended)]);
    if (code !== 0) throw new NodeFailure('RuntimeError', `ffmpeg failed: ${complaint.trim()}`);
  } catch (error) {
    if (signal.aborted) throw new Interrupted();
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      throw new NodeFailure(
        'FileNotFoundError',
        'ffmpeg is not installed: videos and sounds cannot be written',
      );
    }
    throw error;
  }
}

async function feed(
  stdin: NodeJS.WritableStream,
  pictures: readonly Picture[],
  ended: Promise<unknown>,
): Promise<void> {
  for (const picture of pictures) {
    const { pixels } =
      picture.channels === 3 ? await loadPicture(picture) : await renderPicture(openPicture(picture), 3);
    if (!stdin.write(pixels)) await Promise.race([once(stdin, 'drain'), ended]);
  }
  stdin.end();
}

/** ffmpeg's own text format for metadata, where five characters are escaped. */
/** The graph, as ComfyUI writes it into films and sounds. */
export function metadataText(context: NodeContext): string {
  const info = context.extraData.extra_pnginfo;
  const entries = { prompt: context.graph as unknown, ...(isJsonObject(info) ? info : {}) };
  const lines = Object.entries(entries).map(
    ([key, value]) => `${escapeMetadata(key)}=${escapeMetadata(stringifyAscii(value))}`,
  );
  return [';FFMETADATA1', ...lines, ''].join('\n');
}

function escapeMetadata(text: string): string {
  return text.replaceAll(/[=;#\\\n]/g, (character) => `\\${character}`);
}
