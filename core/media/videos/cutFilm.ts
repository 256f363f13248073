import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FilmPlan, FilmPlanPart } from '@star-graph/workflows/filmEdit';
import { runTool, toolThreads } from './runTool.ts';
import { inputArgs, type VideoExtension } from './videoFile.ts';

interface CutOptions {
  /** Of the films that the plan names, and of nothing else. */
  inputs: string;
  /** Empty; all that is written lies in it. */
  workplace: string;
  signal: AbortSignal;
  /** How much is done, from 0 to 1. */
  onProgress(share: number): void;
}

/** The longest result that may be asked for takes a slow machine less. */
const partTimeoutMs = 600_000;
const quiet = ['-v', 'error', '-nostdin', '-y'];
/** No metadata of the inputs, and the same bytes of the same inputs. */
const bare = ['-map_metadata', '-1', '-map_chapters', '-1', '-fflags', '+bitexact'];
/** Without frames that depend on later ones: parts are put behind each other as they are. */
const h264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-bf', '0', '-crf'];
const videoCodecs = {
  mp4: [...h264, '18'],
  // A step on the way: its colours are counted afterwards.
  gif: [...h264, '10'],
  webm: [
    '-c:v',
    'libvpx-vp9',
    '-deadline',
    'realtime',
    '-cpu-used',
    '6',
    '-row-mt',
    '1',
    '-b:v',
    '0',
    '-crf',
    '30',
  ],
} as const;
const audioCodecs = {
  mp4: ['-c:a', 'aac', '-b:a', '160k'],
  webm: ['-c:a', 'libopus', '-b:a', '128k'],
} as const;
/** Of the parts on their way; QuickTime keeps rates exactly, and takes no VP9. */
const endings = { mp4: 'mov', gif: 'mov', webm: 'mkv', png: 'png' } as const;
const soundRate = 48_000;
const gifSide = 480;
const gifRate = 12;

/**
 * Cuts and joins films by a plan whose values were checked; returns the files it made. Each part is encoded by a process
 * of its own, so that memory grows with none but the largest, and then joined as it is. Throws what `runTool` throws.
 */
export async function cutFilm(plan: FilmPlan, options: CutOptions): Promise<string[]> {
  await mkdir(options.workplace, { recursive: true });
  const seconds = plan.parts.map((part) => part.seconds / part.speed);
  const whole = seconds.reduce((sum, one) => sum + one, 0);
  const files: string[] = [];
  let done = 0;
  for (const [at, part] of plan.parts.entries()) {
    const target = join(options.workplace, `${at}.${endings[plan.format]}`);
    if (plan.format === 'png') await takePicture(part, target, options);
    else {
      const onSeconds = (cut: number) => options.onProgress((0.9 * (done + cut)) / whole);
      await cutPart(plan, plan.format, part, target, options, onSeconds);
    }
    done += seconds[at] ?? 0;
    files.push(target);
  }
  return plan.format === 'png' ? files : [await joinParts(plan, plan.format, files, options)];
}

const source = (part: FilmPlanPart, { inputs }: CutOptions): string[] => {
  const ext: VideoExtension = part.file.endsWith('.webm') ? 'webm' : 'mp4';
  return inputArgs(join(inputs, part.file), ext);
};

async function takePicture(part: FilmPlanPart, target: string, options: CutOptions): Promise<void> {
  // Of the last seconds each frame is written over the one before, whatever the file says of its length.
  const place = part.isEnd ? ['-sseof', '-3'] : ['-ss', Math.max(0, part.from - 0.5 / part.fps).toFixed(4)];
  const most = part.isEnd ? [] : ['-frames:v', '1'];
  const args = [...place, ...source(part, options), '-map', '0:v:0', ...most, '-update', '1'];
  await runTool('ffmpeg', [...args, ...bare, '-c:v', 'png', '-f', 'image2', target], {
    signal: options.signal,
    timeoutMs: partTimeoutMs,
  });
}

function cutPart(
  plan: FilmPlan,
  format: keyof typeof videoCodecs,
  part: FilmPlanPart,
  target: string,
  options: CutOptions,
  onSeconds: (seconds: number) => void,
): Promise<unknown> {
  const length = part.seconds / part.speed;
  const frames = Math.max(1, Math.round(length * plan.fps));
  const args = [
    ...['-ss', part.from.toFixed(4), '-t', part.seconds.toFixed(4)],
    ...source(part, options),
    ...['-filter_complex', [pictureFilter(plan, part), ...soundFilter(plan, part, length)].join(';')],
    ...['-map', '[v]', ...(plan.sound ? ['-map', '[a]', '-c:a', 'pcm_s16le'] : [])],
    ...[...videoCodecs[format], '-frames:v', String(frames), '-threads', String(toolThreads)],
    ...[...bare, ...(format === 'webm' ? [] : ['-video_track_timescale', '90000'])],
    ...['-progress', 'pipe:1', '-f', format === 'webm' ? 'matroska' : 'mov', target],
  ];
  return runTool('ffmpeg', args, {
    signal: options.signal,
    timeoutMs: partTimeoutMs,
    onOutput(text) {
      const [told] = text.matchAll(/out_time_us=(\d+)/g);
      if (told) onSeconds(Math.min(length, Number(told[1]) / 1_000_000));
    },
  });
}

/** Fitted into the size of the first part, in the middle of black. */
const pictureFilter = ({ width, height, fps }: FilmPlan, { speed }: FilmPlanPart): string =>
  [
    `[0:v:0]setpts=(PTS-STARTPTS)/${speed}`,
    `fps=${fps}`,
    `scale=${width}:${height}:force_original_aspect_ratio=decrease:force_divisible_by=2`,
    `pad=${width}:${height}:(ow-iw)/2:(oh-ih)/2`,
    'setsar=1,format=yuv420p[v]',
  ].join();

/** As long as the picture to a sample: silence where the film has none, or an end too soon. */
function soundFilter({ sound }: FilmPlan, { hasSound, speed }: FilmPlanPart, length: number): string[] {
  if (!sound) return [];
  const end = `aformat=sample_fmts=s16:channel_layouts=stereo,apad,atrim=duration=${length.toFixed(4)}[a]`;
  if (!hasSound) return [`anullsrc=r=${soundRate}:cl=stereo,${end}`];
  const tempo = speed < 0.5 ? `atempo=0.5,atempo=${speed * 2}` : `atempo=${speed}`;
  return [`[0:a:0]aresample=${soundRate},asetpts=PTS-STARTPTS,${tempo},${end}`];
}

async function joinParts(
  plan: FilmPlan,
  format: keyof typeof videoCodecs,
  files: readonly string[],
  { workplace, signal }: CutOptions,
): Promise<string> {
  const list = join(workplace, 'parts.txt');
  const lines = Array.from({ length: plan.repeats }, () => files.map((file) => `file '${file}'`)).flat();
  await writeFile(list, ['ffconcat version 1.0', ...lines].join('\n'));
  const input = ['-protocol_whitelist', 'file,pipe', '-f', 'concat', '-safe', '0', '-i', `file:${list}`];
  const target = join(workplace, `film.${format}`);
  const fitting = `fps=${gifRate},scale=w='min(${gifSide},iw)':h='min(${gifSide},ih)':force_original_aspect_ratio=decrease`;
  const output =
    format === 'gif'
      ? ['-filter_complex', `[0:v]${fitting},split[a][b];[a]palettegen[p];[b][p]paletteuse`, '-loop', '0']
      : ['-map', '0:v', '-c:v', 'copy', ...(plan.sound ? ['-map', '0:a', ...audioCodecs[format]] : [])];
  const start = format === 'mp4' ? ['-movflags', '+faststart'] : [];
  const args = [...quiet, ...input, ...output, ...bare, ...start, '-f', format, target];
  await runTool('ffmpeg', args, { signal, timeoutMs: partTimeoutMs });
  return target;
}
