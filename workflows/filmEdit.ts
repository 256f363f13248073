import { z } from 'zod';
import { field, integerField, numberField } from './params/fields.ts';
import { describeParams } from './params/paramsMeta.ts';
import { canonicalJson, digestOf } from './shared/digest.ts';
import type { BoundVideo, InputFacts, InputVideo, Workflow, WorkflowParams } from './workflow.ts';

/** What an edit may take and make; a result is never more than an upload may be, so that it can be edited again. */
export const filmEditLimits = {
  films: 8,
  parts: 12,
  repeats: 10,
  seconds: 120,
  frames: 3_600,
  /** Of all frames together: a minute of full HD at 60 frames a second. */
  megapixels: 7_500,
  framesPerSecond: 60,
  gifSeconds: 15,
} as const;

export const filmFormats = ['mp4', 'webm', 'gif', 'png'] as const;

/** `video`, `video2`, …: the films that parts name by their numbers. */
const filmParams = Array.from({ length: filmEditLimits.films }, (_, at) =>
  at === 0 ? 'video' : `video${at + 1}`,
);

const film = z.uuid({ error: 'Give the id of a video that you uploaded or that a task made.' });
const places = numberField(0, 86_400);

export const filmPartSchema = z.strictObject({
  film: field(integerField(1, filmEditLimits.films).default(1), {
    title: { en: 'Number of the film', 'zh-CN': '视频编号' },
  }),
  from: field(places.default(0), { title: { en: 'From (seconds)', 'zh-CN': '起点（秒）' } }),
  to: field(places.optional(), { title: { en: 'To (seconds)', 'zh-CN': '终点（秒）' } }),
  speed: field(numberField(0.25, 4).default(1), { title: { en: 'Speed', 'zh-CN': '速度' } }),
});

export const filmEditSchema = z.strictObject({
  ...Object.fromEntries(
    filmParams.map((name, at) => [
      name,
      field(
        at === 0 ? film : film.optional(),
        { title: { en: `Film ${at + 1}`, 'zh-CN': `视频 ${at + 1}` } },
        { 'x-asset': 'video' },
      ),
    ]),
  ),
  parts: field(
    z
      .array(filmPartSchema)
      .min(1, { error: 'Give at least one part.' })
      .max(filmEditLimits.parts, { error: `Give at most ${filmEditLimits.parts} parts.` }),
    { title: { en: 'Parts, in their order', 'zh-CN': '片段（按顺序）' } },
  ),
  repeats: field(integerField(1, filmEditLimits.repeats).default(1), {
    title: { en: 'Times it is played', 'zh-CN': '播放次数' },
  }),
  sound: field(z.boolean().default(true), { title: { en: 'With sound', 'zh-CN': '保留声音' } }),
  format: field(z.enum(filmFormats, { error: 'Choose mp4, webm, gif or png.' }).default('mp4'), {
    title: { en: 'Format; png is a picture of each part’s first frame', 'zh-CN': '格式；png 为各片段的首帧' },
  }),
});

export type FilmPart = z.output<typeof filmPartSchema>;
type FilmFormat = (typeof filmFormats)[number];
interface FilmEdit {
  parts: FilmPart[];
  repeats: number;
  sound: boolean;
  format: FilmFormat;
}

// The schema has exactly these.
const own = (params: WorkflowParams): FilmEdit => params as unknown as FilmEdit;

export interface FilmPlanPart {
  /** The name of the film's file. */
  file: string;
  from: number;
  /** Of the film, before its speed is changed. */
  seconds: number;
  speed: number;
  hasSound: boolean;
  /** Its film ends here: of a picture, its very last frame. */
  isEnd: boolean;
  /** Of its film. */
  fps: number;
}

/** What is cut, as the one node of the graph holds it. */
export interface FilmPlan {
  parts: FilmPlanPart[];
  width: number;
  height: number;
  fps: number;
  repeats: number;
  sound: boolean;
  format: FilmFormat;
}

/** The only class of node that cuts films; no GPU server has it. By its name its faults count as those of files. */
export const filmClass = 'SaveEditedFilm';

type Facts = Readonly<Record<string, (InputVideo & Partial<BoundVideo>) | undefined>>;

const filmOf = ({ film: number }: FilmPart, facts: Facts) => facts[filmParams[number - 1] ?? ''];
const even = (side: number): number => Math.max(2, side - (side % 2));

/** Frames have an end: what begins behind the last one shows the last one. */
function planPart(part: FilmPart, facts: Facts): FilmPlanPart | undefined {
  const source = filmOf(part, facts);
  if (!source) return undefined;
  const frame = 1 / source.fps;
  const to = Math.min(part.to ?? source.seconds, source.seconds);
  const isEnd = part.from >= source.seconds - 1.5 * frame;
  const { from, speed } = part;
  return {
    file: source.uploadedName ?? '',
    from,
    speed,
    isEnd,
    seconds: to - from,
    hasSound: source.hasSound,
    fps: source.fps,
  };
}

/** The size is that of the first part: others are fitted into it. Two sides must be even for the encoders. */
function planFilm(params: WorkflowParams, inputs: InputFacts): FilmPlan {
  const { parts, repeats, sound, format } = own(params);
  const facts = inputs as Facts;
  const planned = parts.flatMap((part) => planPart(part, facts) ?? []);
  const first = parts[0] && filmOf(parts[0], facts);
  return {
    parts: planned,
    width: even(first?.width ?? 2),
    height: even(first?.height ?? 2),
    fps: Math.min(filmEditLimits.framesPerSecond, first?.fps ?? 1),
    repeats: format === 'png' ? 1 : repeats,
    sound: sound && (format === 'mp4' || format === 'webm') && planned.some(({ hasSound }) => hasSound),
    format,
  };
}

const secondsOf = ({ parts, repeats, format }: FilmPlan): number =>
  format === 'png' ? 0 : repeats * parts.reduce((sum, { seconds, speed }) => sum + seconds / speed, 0);
const framesOf = (plan: FilmPlan): number =>
  plan.format === 'png' ? plan.parts.length : Math.ceil(secondsOf(plan) * plan.fps);
const megapixelsOf = (plan: FilmPlan): number => (framesOf(plan) * plan.width * plan.height) / 1_000_000;

interface Fault {
  pointer: string;
  message: string;
}

function checkPart(part: FilmPart, at: number, format: FilmFormat, facts: Facts): Fault[] {
  const source = filmOf(part, facts);
  const place = (name: string) => `/parts/${at}/${name}`;
  if (!source) return [{ pointer: place('film'), message: `The request names no film ${part.film}.` }];
  if (format === 'png')
    return part.to === undefined
      ? []
      : [{ pointer: place('to'), message: 'A picture has no end: leave it out.' }];
  const length = `The film is ${Math.round(source.seconds * 1_000) / 1_000} seconds long.`;
  if (part.from >= source.seconds) return [{ pointer: place('from'), message: length }];
  if (Math.min(part.to ?? source.seconds, source.seconds) - part.from < 1 / source.fps - 0.001)
    return [{ pointer: place('to'), message: 'The part would have no frame. Let it end later.' }];
  return [];
}

function checkFilms(params: WorkflowParams, inputs: InputFacts): readonly Fault[] {
  const { parts, format } = own(params);
  const facts = inputs as Facts;
  const used = new Set(parts.map(({ film: number }) => filmParams[number - 1]));
  const unused = filmParams.filter((name) => facts[name] && !used.has(name));
  const faults = [
    ...unused.map((name) => ({
      pointer: `/${name}`,
      message: 'No part takes anything of it. Leave it out.',
    })),
    ...parts.flatMap((part, at) => checkPart(part, at, format, facts)),
  ];
  return faults.length > 0 ? faults : checkWhole(planFilm(params, inputs));
}

function checkWhole(plan: FilmPlan): readonly Fault[] {
  const { seconds, frames, megapixels, gifSeconds } = filmEditLimits;
  const most = plan.format === 'gif' ? gifSeconds : seconds;
  const tooMuch = (message: string) => [{ pointer: '/parts', message: `${message} Make it shorter.` }];
  // An upload of exactly the bound may say a few milliseconds more.
  if (secondsOf(plan) > most + 0.1)
    return tooMuch(`It would be ${Math.ceil(secondsOf(plan))} seconds long; the most is ${most}.`);
  if (framesOf(plan) > frames)
    return tooMuch(`It would have ${framesOf(plan)} frames; the most is ${frames}.`);
  if (megapixelsOf(plan) > megapixels)
    return tooMuch(`It would have ${Math.ceil(megapixelsOf(plan))} megapixels; the most is ${megapixels}.`);
  return [];
}

/** A processor encodes some thirty megapixels a second. */
const secondsPerMegapixel = 0.03;
const overheadSeconds = 1;
const creditsPerMegapixel = 0.002;

/**
 * Cuts and joins films. It is on no list and has no form: the strip under a film makes its requests. No GPU server runs it, but a
 * dispatcher, by ffmpeg.
 */
export const filmEdit: Workflow = Object.freeze({
  name: 'edit-film',
  version: 1,
  type: 'custom',
  title: { en: 'Edited film', 'zh-CN': '视频剪辑' },
  description: {
    en: 'Cuts, joins, loops and converts films, and takes pictures of their frames. No GPU is used.',
    'zh-CN': '剪切、拼接、循环和转换视频，或截取其中的画面。不占用 GPU。',
  },
  engine: undefined,
  params: filmEditSchema,
  imageParams: [],
  videoParams: filmParams,
  audioParams: [],
  seedParam: undefined,
  inventoryParams: {},
  numberSpans: [],
  example: { video: '01900000-0000-7000-8000-000000000000', parts: [{}] },
  digest: digestOf(canonicalJson(describeParams(filmEditSchema))),
  outputKind: 'video',
  sound: true,
  keepsAll: true,
  nodeClasses: () => [filmClass],
  models: () => [],
  needs: () => '',
  workUnits: (params, inputs) => Math.max(0.01, megapixelsOf(planFilm(params, inputs))),
  price: (params, inputs) =>
    Math.max(1, Math.ceil(megapixelsOf(planFilm(params, inputs)) * creditsPerMegapixel)),
  estimateSeconds: (params, inputs) =>
    overheadSeconds + megapixelsOf(planFilm(params, inputs)) * secondsPerMegapixel,
  checkImages: checkFilms,
  bind: (params, { images, outputPrefix }) => ({
    '1': {
      class_type: filmClass,
      inputs: { plan: JSON.stringify(planFilm(params, images)), filename_prefix: outputPrefix },
    },
  }),
} satisfies Workflow);
