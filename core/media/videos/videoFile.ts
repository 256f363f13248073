import { z } from 'zod';
import { withFilm, withFilmGlance } from '../workLanes.ts';
import { runTool, ToolRefusal, toolThreads } from './runTool.ts';
import { requireWholeWebm } from './webmLength.ts';

export type VideoExtension = 'mp4' | 'webm';

interface FrameSize {
  width: number;
  height: number;
}

export interface VideoFacts {
  /** As shown, after the container's rotation. */
  width: number;
  height: number;
  /** The first frame, before the rotation. */
  coded: FrameSize;
  frames: number;
  /** Undefined where the file does not say it. */
  fps?: number;
  durationMs: number;
  /** Of the first sound track; undefined without one. */
  sound?: SoundFacts;
}

export interface SoundFacts {
  codec: string;
  /** Samples per second. */
  sampleRate: number;
  channels: number;
}

export interface VideoOptions {
  signal: AbortSignal;
  /** How long decoding all of it may take. Default: 5 minutes. */
  checkTimeoutMs?: number | undefined;
}

const probeTimeoutMs = 20_000;
const copyTimeoutMs = 60_000;
const decodeTimeoutMs = 300_000;
/** An hour. A file of a megabyte can claim days of silence. */
const mostSoundSeconds = 3_600;
const posterBytes = 64_000_000;
/** Of a frame: 8K. A file of a megabyte can turn to frames that need gigabytes. */
const mostFramePixels = 8_192 * 4_352;

/** Given, not guessed: ffmpeg also reads playlists, which name other files. */
const demuxers = {
  mp4: 'mov',
  webm: 'matroska',
  flac: 'flac',
  mp3: 'mp3',
  ogg: 'ogg',
  wav: 'wav',
  m4a: 'mov',
} as const;
type FilmOrSound = keyof typeof demuxers;
export type SoundExtension = Exclude<FilmOrSound, VideoExtension>;
const muxers = { flac: 'flac', mp3: 'mp3', ogg: 'ogg', wav: 'wav', m4a: 'ipod' } as const;

const probeSchema = z.object({
  format: z.object({
    duration: z.coerce.number().positive(),
    tags: z.record(z.string(), z.string()).optional(),
  }),
  streams: z.array(z.looseObject({ codec_type: z.string().optional() })),
});

const videoSchema = z.object({
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  nb_read_packets: z.coerce.number().int().positive(),
  avg_frame_rate: z.string().optional(),
  r_frame_rate: z.string().optional(),
  duration: z.coerce.number().positive().optional().catch(undefined),
  side_data_list: z.array(z.object({ rotation: z.number().optional() })).optional(),
});

/** A track without a packet is silence that nobody hears of. */
const soundSchema = z.object({
  codec_name: z.string().min(1).max(32),
  sample_rate: z.coerce.number().int().positive(),
  channels: z.number().int().positive().max(255),
  nb_read_packets: z.coerce.number().int().positive(),
});

/** Throws `ToolRefusal` without a readable video track of known length. */
export async function probeVideo(
  file: string,
  ext: VideoExtension,
  options: VideoOptions,
): Promise<VideoFacts> {
  const { format, streams } = await readProbe(file, ext, options);
  const find = (type: string) => streams.find(({ codec_type }) => codec_type === type);
  const { data: video } = videoSchema.safeParse(find('video'));
  if (!video) throw new ToolRefusal('ffprobe', 'no video track of known size');
  const { data: sound } = soundSchema.safeParse(find('audio'));
  const rotation = video.side_data_list?.find((data) => data.rotation !== undefined)?.rotation ?? 0;
  const fps = rateOf(video);
  const isOnSide = Math.abs(rotation) % 180 === 90;
  return {
    width: isOnSide ? video.height : video.width,
    height: isOnSide ? video.width : video.height,
    coded: { width: video.width, height: video.height },
    frames: video.nb_read_packets,
    ...(fps !== undefined && { fps }),
    durationMs: Math.round(format.duration * 1000),
    ...(sound && {
      sound: { codec: sound.codec_name, sampleRate: sound.sample_rate, channels: sound.channels },
    }),
  };
}

/** A file of sound alone. Throws `ToolRefusal` without a track that can be heard, of known length and within the bound. */
export async function probeSound(
  file: string,
  ext: SoundExtension,
  options: VideoOptions,
): Promise<{ durationMs: number; sound: SoundFacts }> {
  const { format, streams } = await readProbe(file, ext, options);
  const { data: sound } = soundSchema.safeParse(streams.find(({ codec_type }) => codec_type === 'audio'));
  if (!sound) throw new ToolRefusal('ffprobe', 'no sound of known length');
  if (format.duration > mostSoundSeconds)
    throw new ToolRefusal('ffprobe', `longer than ${mostSoundSeconds} seconds`);
  return {
    durationMs: Math.round(format.duration * 1000),
    sound: { codec: sound.codec_name, sampleRate: sound.sample_rate, channels: sound.channels },
  };
}

/**
 * Decodes it to its end: one that is cut off or damaged ends in `ToolRefusal`.
 * @returns how loud each of its parts is, a byte each in base64, the loudest 255; all 0 of silence.
 */
export async function proveSound(
  file: string,
  ext: SoundExtension,
  { durationMs, sound }: Awaited<ReturnType<typeof probeSound>>,
  options: VideoOptions,
): Promise<string> {
  const parts = Math.min(mostWaveformParts, Math.max(1, Math.ceil(durationMs / shortestPartMs)));
  const samples = Math.max(1, Math.ceil((durationMs / 1_000) * (sound.sampleRate / parts)));
  const level = 'lavfi.astats.Overall.RMS_level';
  const measure = [
    `asetnsamples=n=${samples}:p=0`,
    'astats=metadata=1:reset=1:measure_perchannel=none:measure_overall=RMS_level',
    `ametadata=mode=print:key=${level}:file=-`,
  ];
  const args = [
    ...['-xerror', ...inputArgs(file, ext), '-map', '0:a:0'],
    ...['-af', measure.join(','), '-f', 'null', '-'],
  ];
  const timeoutMs = options.checkTimeoutMs ?? decodeTimeoutMs;
  const said = await withFilm(file, () => runTool('ffmpeg', args, { ...options, timeoutMs }), options.signal);
  const decibels = said
    .toString()
    .split('\n')
    .flatMap((line) => (line.startsWith(`${level}=`) ? [Number(line.slice(level.length + 1))] : []));
  // Silence is "-inf", which is no number.
  const loudness = decibels.slice(0, parts).map((value) => (Number.isFinite(value) ? 10 ** (value / 20) : 0));
  const loudest = Math.max(...loudness, 0);
  const bytes = loudness.map((value) => (loudest === 0 ? 0 : Math.round((value / loudest) * 255)));
  return Buffer.from(bytes).toString('base64');
}

/** As many as Discord takes, and as often a second. */
const mostWaveformParts = 256;
const shortestPartMs = 100;

/** Copies the sound alone into `target`, with `comment` as the only tag. */
export async function rewriteSound(
  file: string,
  target: string,
  ext: SoundExtension,
  comment: string,
  options: VideoOptions,
): Promise<void> {
  const args = [
    ...inputArgs(file, ext),
    ...['-map', '0:a:0', '-c', 'copy', '-map_metadata', '-1', '-map_chapters', '-1'],
    ...['-fflags', '+bitexact', '-metadata', `comment=${comment}`, '-f', muxers[ext], target],
  ];
  const copy = () => runTool('ffmpeg', args, { ...options, timeoutMs: copyTimeoutMs });
  await withFilm(file, copy, options.signal);
}

/**
 * Frames a second. Encoders that give the last frame a length of its own make the average of an even film odd: of 496 frames
 * at 16 it is 15.97.
 */
function rateOf(video: z.infer<typeof videoSchema>): number | undefined {
  const average = readRate(video.avg_frame_rate);
  const steady = readRate(video.r_frame_rate);
  if (steady === undefined || video.duration === undefined) return average;
  return Math.abs(steady * video.duration - video.nb_read_packets) < 1.5 ? steady : average;
}

/** `16/1`, or `0/0` where it is unknown. */
function readRate(text = ''): number | undefined {
  const [frames, seconds] = text.split('/').map(Number);
  const rate = Number(frames) / Number(seconds);
  return Number.isFinite(rate) && rate > 0 && rate <= 1_000 ? rate : undefined;
}

/**
 * Decodes every frame: a cut or damaged file ends in `ToolRefusal` or `DamagedFile`, and one whose frames are not all
 * of its size in `FrameSizeChanged`. What a film is taken and priced for is its first frame.
 */
export async function proveVideo(
  file: string,
  ext: VideoExtension,
  { coded: { width, height } }: Pick<VideoFacts, 'coded'>,
  options: VideoOptions,
): Promise<void> {
  if (ext === 'webm') await requireWholeWebm(file);
  const args = [
    ...['-xerror', '-noautorotate', ...inputArgs(file, ext, wholeBlocks(width) * wholeBlocks(height))],
    // It refuses a smaller frame; a larger one is refused before it has memory.
    ...['-map', '0:v:0', '-map', '0:a?', '-vf', `crop=${width}:${height}:0:0:exact=1`, '-f', 'null', '-'],
  ];
  const timeoutMs = options.checkTimeoutMs ?? decodeTimeoutMs;
  const decode = () => runTool('ffmpeg', args, { ...options, timeoutMs });
  await withFilm(file, decode, options.signal);
}

/** Decoders count the blocks of which a frame is made. */
const wholeBlocks = (side: number): number => Math.ceil(side / blockPixels) * blockPixels;
const blockPixels = 64;

/**
 * Copies picture and sound packet by packet into `target`, without chapters, attachments and foreign tags, with
 * `comment` as the only tag; the index in front, so that players start before the end has come.
 */
export async function rewriteVideo(
  file: string,
  target: string,
  ext: VideoExtension,
  comment: string,
  options: VideoOptions,
): Promise<void> {
  const args = [
    ...inputArgs(file, ext),
    ...['-map', '0:v:0', '-map', '0:a?', '-c', 'copy', '-map_metadata', '-1', '-map_chapters', '-1'],
    // The same input gives the same bytes: no tag with the tool's version, no time of writing.
    ...['-fflags', '+bitexact', '-metadata', `comment=${comment}`],
    ...(ext === 'mp4' ? ['-movflags', '+faststart'] : []),
    ...['-f', ext, target],
  ];
  const copy = () => runTool('ffmpeg', args, { ...options, timeoutMs: copyTimeoutMs });
  await withFilm(file, copy, options.signal);
}

export async function findVideoComment(
  file: string,
  ext: VideoExtension,
  options: VideoOptions,
): Promise<string | undefined> {
  const { format } = await readProbe(file, ext, options);
  const comment = Object.entries(format.tags ?? {}).find(([name]) => name.toLowerCase() === 'comment');
  return comment?.[1];
}

/** The first frame as PNG. */
export const readPoster = (file: string, ext: VideoExtension, options: VideoOptions): Promise<Buffer> =>
  readFrame(file, ext, 0, options);

/** The first frame from a time on, as PNG. */
export async function readFrame(
  file: string,
  ext: VideoExtension,
  atMs: number,
  options: VideoOptions,
): Promise<Buffer> {
  const seek = atMs === 0 ? [] : ['-ss', (atMs / 1_000).toFixed(3)];
  const picture = ['-map', '0:v:0', '-frames:v', '1', '-f', 'image2pipe', '-c:v', 'png', '-'];
  const args = [...seek, ...inputArgs(file, ext), ...picture];
  const limits = { timeoutMs: probeTimeoutMs, mostOutputBytes: posterBytes };
  return withFilmGlance(() => runTool('ffmpeg', args, { ...options, ...limits }), options.signal);
}

async function readProbe(file: string, ext: FilmOrSound, options: VideoOptions) {
  const what = [
    // A coded picture is one packet; only mp4 says how many there are.
    '-count_packets',
    '-show_entries',
    'format=duration:format_tags:stream=codec_type,codec_name,width,height,avg_frame_rate,r_frame_rate,duration,sample_rate,channels,nb_read_packets:stream_side_data=rotation',
  ];
  const most = ['-max_pixels', String(mostFramePixels), '-threads', String(toolThreads)];
  const args = [
    '-v',
    'error',
    ...most,
    '-f',
    demuxers[ext],
    '-print_format',
    'json',
    ...what,
    `file:${file}`,
  ];
  const read = () => runTool('ffprobe', args, { ...options, timeoutMs: probeTimeoutMs });
  const output = await withFilmGlance(read, options.signal);
  const parsed = probeSchema.safeParse(JSON.parse(output.toString()));
  if (!parsed.success) throw new ToolRefusal('ffprobe', 'no track of known length');
  return parsed.data;
}

export function inputArgs(file: string, ext: FilmOrSound, mostPixels = mostFramePixels): string[] {
  return [
    '-v',
    'error',
    '-nostdin',
    '-y',
    '-protocol_whitelist',
    'file,pipe',
    '-max_pixels',
    String(mostPixels),
    '-threads',
    String(toolThreads),
    '-f',
    demuxers[ext],
    '-i',
    `file:${file}`,
  ];
}
