import type { Graph } from '../../graph/graph.ts';
import { reachesProgram, takesText } from '../../manifest/textInputs.ts';
import { findModelFolder, type InventoryOptions } from '../../models/loaders.ts';
import type { LocalizedText } from '../../workflow.ts';
import { titleOf } from './labels.ts';
import { suggestNumber } from './numbers.ts';
import { feeds, type Place } from './places.ts';
import type { Suggested, Suggestion } from './suggestion.ts';

const optionsOfFolder: Readonly<
  Record<string, { name: string; options: InventoryOptions; title: LocalizedText }>
> = {
  checkpoints: { name: 'model', options: 'checkpoints', title: { en: 'Model', 'zh-CN': '模型' } },
  loras: { name: 'lora', options: 'loras', title: { en: 'LoRA', 'zh-CN': 'LoRA' } },
  vae: { name: 'vae', options: 'vae', title: { en: 'VAE', 'zh-CN': 'VAE' } },
  controlnet: {
    name: 'controlNet',
    options: 'controlnet',
    title: { en: 'ControlNet', 'zh-CN': 'ControlNet' },
  },
  upscale_models: {
    name: 'upscaleModel',
    options: 'upscale_models',
    title: { en: 'Upscale model', 'zh-CN': '放大模型' },
  },
};

const seedInputs = new Set(['seed', 'noise_seed']);

/** Whether people may choose the file: the sampler's settings are made for one that makes it need few steps. */
const isPartOfSettings = (file: string): boolean =>
  /lightx2v|lightning|turbo|hyper[-_]|lcm|dmd|distill|\d[-_ ]?steps?(?:[^a-z]|$)/i.test(file);

/** The parameter that a value in a graph suggests, if any. `isAsked`: its author shows the field. */
export function suggest(place: Place, isAsked = false): Suggestion | undefined {
  const { node, input, value } = place;
  if (input === 'file' && node.class_type === 'LoadVideo')
    return {
      name: 'video',
      title: { en: 'Video', 'zh-CN': '视频' },
      param: { type: 'string', 'x-asset': 'video' },
    };
  if (input === 'audio' && node.class_type === 'LoadAudio')
    return {
      name: 'audio',
      title: { en: 'Sound', 'zh-CN': '音频' },
      param: { type: 'string', 'x-asset': 'audio' },
    };
  if (input === 'image' && (node.class_type === 'LoadImage' || node.class_type === 'LoadImageMask')) {
    return suggestImage(place);
  }
  const folder = findModelFolder(node.class_type, input);
  if (folder !== undefined) return isAsked ? undefined : suggestModel(folder, place);
  if (typeof value === 'number' && (seedInputs.has(input) || place.spec?.hasControl === true)) {
    return {
      name: 'seed',
      title: { en: 'Seed', 'zh-CN': '随机种子' },
      param: { type: 'integer', 'x-seed': true },
    };
  }
  return typeof value === 'string' ? suggestText(place, value) : suggestNumber(place, isAsked);
}

function suggestImage({ node }: Place): Suggestion {
  const isMask = node.class_type === 'LoadImageMask';
  const title = isMask ? { en: 'Mask', 'zh-CN': '蒙版' } : { en: 'Picture', 'zh-CN': '图片' };
  const own = node._meta?.title;
  const isOwn = own !== undefined && own !== node.class_type && !/^load image/i.test(own);
  return {
    name: isMask ? 'mask' : 'image',
    title: isOwn ? titleOf(own, '', title) : title,
    param: { type: 'string', 'x-asset': 'image' },
  };
}

const loadsCheckpoint = (graph: Graph): boolean =>
  Object.values(graph).some((node) => findModelFolder(node.class_type, 'ckpt_name') === 'checkpoints');

function suggestModel(
  folder: string,
  { graph, node: { class_type: classType }, value }: Place,
): Suggestion | undefined {
  const known = Object.hasOwn(optionsOfFolder, folder) ? optionsOfFolder[folder] : undefined;
  if (!known || typeof value !== 'string') return undefined;
  if (folder === 'loras' && isPartOfSettings(value)) return undefined;
  // Beside a model that has none of its own, only one VAE fits.
  if (folder === 'vae' && !loadsCheckpoint(graph)) return undefined;
  const isVideo = classType === 'ImageOnlyCheckpointLoader';
  return {
    name: isVideo ? 'videoModel' : known.name,
    title: isVideo ? { en: 'Video model', 'zh-CN': '视频模型' } : known.title,
    param: {
      type: 'string',
      'x-options': isVideo ? 'video_checkpoints' : known.options,
      default: value,
    },
  };
}

function suggestText(place: Place, value: string): Suggestion | undefined {
  const { node, input } = place;
  if (input === 'sampler_name') {
    const title = { en: 'Sampler', 'zh-CN': '采样器' };
    return { name: 'sampler', title, param: { type: 'string', 'x-options': 'samplers', default: value } };
  }
  if (input === 'scheduler' && node.class_type !== 'BasicScheduler') {
    const title = { en: 'Scheduler', 'zh-CN': '调度器' };
    return { name: 'scheduler', title, param: { type: 'string', 'x-options': 'schedulers', default: value } };
  }
  if (!takesText(node.class_type, input) || reachesProgram(place.graph, place.id)) return undefined;
  if (input === 'negative_prompt' || (feeds(place, 'negative') && !feeds(place, 'positive'))) {
    return {
      name: 'negativePrompt',
      title: { en: 'Negative prompt', 'zh-CN': '反向提示词' },
      param: { type: 'string', 'x-multiline': true, default: value.slice(0, 4000) },
    };
  }
  return {
    name: 'prompt',
    title: { en: 'Prompt', 'zh-CN': '提示词' },
    param: { type: 'string', 'x-multiline': true, minLength: 1 },
  };
}

const nearest = (limit: number): number | undefined => (Math.abs(limit) < farLimit ? limit : undefined);

/** Numbers beyond this say only that ComfyUI has no limit. */
const farLimit = 10_000;

/**
 * A parameter for a field that its author shows and that we do not know, from the class's definition.
 * @param use What the field is for, if its node only holds the value.
 */
export function suggestPlain({ spec: own }: Place, use: Place): Suggested | undefined {
  const { node, input, value, spec } = use;
  if (findModelFolder(node.class_type, input) !== undefined) return undefined;
  if (typeof value === 'boolean') return { type: 'boolean', default: value };
  if (typeof value === 'string') {
    const choices = (spec?.choices ?? []).filter((choice) => typeof choice === 'string' && choice !== '');
    const isChoice = choices.length <= 100 && choices.includes(value) && !spec?.optionInputs;
    return isChoice ? { type: 'string', enum: choices.map(String), default: value } : undefined;
  }
  if (typeof value !== 'number') return undefined;
  const reach = Math.max(100, Math.abs(value) * 4);
  const least = nearest(Math.max(own?.min ?? -Infinity, spec?.min ?? -Infinity));
  const most = nearest(Math.min(own?.max ?? Infinity, spec?.max ?? Infinity));
  const minimum = Math.min(value, least ?? (spec?.min === undefined ? 0 : -farLimit));
  const maximum = Math.max(value, most ?? reach);
  if ([own?.type, spec?.type].includes('INT') || (spec === undefined && Number.isSafeInteger(value)))
    return { type: 'integer', minimum: Math.ceil(minimum), maximum: Math.floor(maximum), default: value };
  return { type: 'number', minimum, maximum, default: value };
}
