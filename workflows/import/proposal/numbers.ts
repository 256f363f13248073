import type { ParsedInput } from '../../graph/objectInfo.ts';
import type { LocalizedText } from '../../workflow.ts';
import { beginsLatent, type Place } from './places.ts';
import type { Suggestion } from './suggestion.ts';

interface KnownNumber {
  name: string;
  title: LocalizedText;
  integer: boolean;
  min: number;
  max: number;
}

const width = { name: 'width', title: { en: 'Width (pixels)', 'zh-CN': '宽度（像素）' }, integer: true };
const height = { name: 'height', title: { en: 'Height (pixels)', 'zh-CN': '高度（像素）' }, integer: true };

/** Numbers to offer, by input name, with limits that suit people better than ComfyUI's own. */
const knownNumbers: Readonly<Record<string, KnownNumber>> = {
  steps: { name: 'steps', title: { en: 'Steps', 'zh-CN': '步数' }, integer: true, min: 1, max: 100 },
  cfg: {
    name: 'cfg',
    title: { en: 'Guidance (cfg)', 'zh-CN': '引导强度（cfg）' },
    integer: false,
    min: 1,
    max: 30,
  },
  guidance: {
    name: 'guidance',
    title: { en: 'Guidance', 'zh-CN': '引导强度' },
    integer: false,
    min: 1,
    max: 10,
  },
  denoise: {
    name: 'denoise',
    title: { en: 'Denoise', 'zh-CN': '重绘幅度' },
    integer: false,
    min: 0.05,
    max: 1,
  },
  strength: {
    name: 'strength',
    title: { en: 'Strength', 'zh-CN': '控制强度' },
    integer: false,
    min: 0,
    max: 2,
  },
  width: { ...width, min: 64, max: 2048 },
  height: { ...height, min: 64, max: 2048 },
  batch_size: {
    name: 'count',
    title: { en: 'Number of pictures', 'zh-CN': '图片数量' },
    integer: true,
    min: 1,
    max: 8,
  },
};

const framesTitle = { en: 'Frames', 'zh-CN': '帧数' };
const frameInputs = new Set([
  'length',
  'video_frames',
  'num_frames',
  'frames',
  'frame_count',
  'frames_number',
]);
const sizeInputs = new Set(['width', 'height', 'batch_size']);
/** They need the numbers of the latent, and have no size of their own. */
const followers = new Set([
  'Flux2Scheduler',
  'ModelSamplingFlux',
  'LTXVEmptyLatentAudio',
  'CLIPTextEncodeSDXL',
]);

/** The number that people would want to choose at this place, if any. `isAsked`: its author shows the field. */
export function suggestNumber(place: Place, isAsked: boolean): Suggestion | undefined {
  const { node, input, value, spec, define } = place;
  if (typeof value !== 'number') return undefined;
  const isLatent = beginsLatent(define, node.class_type);
  const isFollower = followers.has(node.class_type) && input !== 'steps';
  if (frameInputs.has(input) && (isLatent || isFollower)) return suggestFrames(value, spec, isFollower);
  const known = Object.hasOwn(knownNumbers, input) ? knownNumbers[input] : undefined;
  if (!known || (known.integer && !Number.isSafeInteger(value))) return undefined;
  if (sizeInputs.has(input) && !isLatent && !isFollower) return undefined;
  if (!isAsked && isSettled(place)) return undefined;
  const step = isStepped(input) ? sideStep(value, spec) : 1;
  const param = limit(
    value,
    isFilm(node.inputs) ? { ...known, max: Math.min(known.max, mostOfFilms) } : known,
    spec,
    step,
  );
  return {
    name: known.name,
    title: known.title,
    param: known.integer
      ? { type: 'integer', ...param, ...(step > 1 && { multipleOf: step }) }
      : { type: 'number', ...param },
    ...(isFollower && { isFollower }),
  };
}

const isStepped = (input: string): boolean => input === 'width' || input === 'height';

/** Pixels of a side: above it, a film takes hours. */
const mostOfFilms = 1344;
const isFilm = (inputs: object): boolean => 'length' in inputs || 'video_frames' in inputs;

/** Sides that a model takes; 8 is what every latent needs. */
function sideStep(value: number, spec: ParsedInput | undefined): number {
  const step = Math.max(8, spec?.step ?? 8);
  if (value % step === 0) return step;
  return value % 8 === 0 ? 8 : 1;
}

/** Numbers that a distilled model or the graph's own shape fixes: people would only spoil the picture. */
function isSettled({ node, input, value }: Place): boolean {
  if (input === 'cfg' || input === 'denoise') return value === 1;
  if (input === 'batch_size') return isFilm(node.inputs);
  if (input !== 'steps' || node.class_type !== 'KSamplerAdvanced') return false;
  const { start_at_step: start, end_at_step: end } = node.inputs;
  return start !== 0 || (typeof end === 'number' && end < Number(value));
}

function limit(
  value: number,
  known: KnownNumber,
  spec: ParsedInput | undefined,
  step: number,
): { minimum: number; maximum: number; default: number } {
  // A model for a few steps gains nothing from many.
  const most = known.name === 'steps' && value <= 12 ? 20 : known.max;
  const min = Math.max(known.min, spec?.min ?? known.min);
  const max = Math.min(most, spec?.max ?? most);
  return {
    minimum: Math.min(value, Math.ceil(min / step) * step || min),
    maximum: Math.max(value, step > 1 ? Math.floor(max / step) * step : max),
    default: value,
  };
}

/** As many as a manifest may list. */
const mostChoices = 100;

/**
 * Video models take lengths on a grid, such as 17k + 5: the definition's smallest length plus its step. Only those
 * are offered, up to twice the author's own.
 */
function suggestFrames(
  value: number,
  spec: ParsedInput | undefined,
  isFollower: boolean,
): Suggestion | undefined {
  if (!Number.isSafeInteger(value)) return undefined;
  const { min = 1, max = 16_384, step = 1 } = spec ?? {};
  const most = Math.min(max, Math.max(value, value * 2));
  const named = { name: 'frames', title: framesTitle, ...(isFollower && { isFollower }) };
  if (step <= 1 || (value - min) % step !== 0) {
    const limits = { minimum: Math.min(value, Math.max(min, 2)), maximum: most, default: value };
    return { ...named, param: { type: 'integer', ...limits } };
  }
  const grid = Array.from({ length: Math.floor((most - min) / step) + 1 }, (_, index) => min + index * step);
  const shown = grid.filter((frames) => frames > 1 || frames === value).slice(0, mostChoices);
  const values = shown.includes(value) ? shown : [...shown.slice(0, -1), value];
  return { ...named, param: { type: 'integer', enum: values, default: value } };
}
