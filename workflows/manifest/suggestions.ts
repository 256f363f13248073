import { expandInputs } from '../graph/expandInputs.ts';
import { findNode, type Graph, type GraphNode } from '../graph/graph.ts';
import { isLink } from '../graph/graphEditor.ts';
import { findClass, type ObjectInfo, type ParsedInput, parseInputs } from '../graph/objectInfo.ts';
import { findModelFolder, type InventoryOptions } from '../models/loaders.ts';
import type { LocalizedText } from '../workflow.ts';
import type { ManifestParam } from './manifestSchema.ts';

/** A parameter that the graph suggests, with everything that an operator would otherwise write by hand. */
export interface Suggestion {
  name: string;
  title: LocalizedText;
  param: Suggested;
}
export type Suggested = ManifestParam extends infer P
  ? P extends ManifestParam
    ? Omit<P, 'title' | 'x-title'>
    : never
  : never;

/** An input that holds a value, with its surroundings. */
export interface GraphInput {
  graph: Graph;
  objectInfo: ObjectInfo;
  id: string;
  node: GraphNode;
  input: string;
  value: unknown;
  spec: ParsedInput | undefined;
}

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

/** Numbers to offer, by input name, with limits that suit people better than ComfyUI's own. */
const numberInputs: Readonly<
  Record<
    string,
    { name: string; title: LocalizedText; integer: boolean; min: number; max: number; step?: number }
  >
> = {
  steps: { name: 'steps', title: { en: 'Steps', 'zh-CN': '步数' }, integer: true, min: 1, max: 100 },
  cfg: {
    name: 'cfg',
    title: { en: 'Guidance (cfg)', 'zh-CN': '引导强度（cfg）' },
    integer: false,
    min: 1,
    max: 30,
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
  width: {
    name: 'width',
    title: { en: 'Width (pixels)', 'zh-CN': '宽度（像素）' },
    integer: true,
    min: 64,
    max: 2048,
    step: 8,
  },
  height: {
    name: 'height',
    title: { en: 'Height (pixels)', 'zh-CN': '高度（像素）' },
    integer: true,
    min: 64,
    max: 2048,
    step: 8,
  },
  batch_size: {
    name: 'count',
    title: { en: 'Number of pictures', 'zh-CN': '图片数量' },
    integer: true,
    min: 1,
    max: 8,
  },
};

/** Width, height and batch of an empty latent are the result's; elsewhere such names mean other things. */
const latentInputs = new Set(['width', 'height', 'batch_size']);
const isEmptyLatent = (classType: string): boolean => /^Empty.*Latent/.test(classType);

export const seedInputs = new Set(['seed', 'noise_seed']);

/** Every input of the graph that holds a value. */
export function* listPlaces(graph: Graph, objectInfo: ObjectInfo): Generator<GraphInput> {
  for (const [id, node] of Object.entries(graph)) {
    const info = findClass(objectInfo, node.class_type);
    const inputs = info ? expandInputs(parseInputs(info.input), node.inputs) : undefined;
    for (const [input, value] of Object.entries(node.inputs)) {
      if (!isLink(value)) yield { graph, objectInfo, id, node, input, value, spec: inputs?.get(input) };
    }
  }
}

/** The parameter that a value in a graph suggests, if any. */
export function suggest(place: GraphInput): Suggestion | undefined {
  const { node, input, value } = place;
  if (input === 'image' && (node.class_type === 'LoadImage' || node.class_type === 'LoadImageMask')) {
    return suggestImage(node.class_type);
  }
  const folder = findModelFolder(node.class_type, input);
  if (folder !== undefined) return suggestModel(folder, node.class_type, value);
  if (seedInputs.has(input) && typeof value === 'number') {
    return {
      name: 'seed',
      title: { en: 'Seed', 'zh-CN': '随机种子' },
      param: { type: 'integer', 'x-seed': true },
    };
  }
  if (typeof value === 'string') return suggestText(place, value);
  return suggestNumber(place);
}

function suggestImage(classType: string): Suggestion {
  const isMask = classType === 'LoadImageMask';
  return {
    name: isMask ? 'mask' : 'image',
    title: isMask ? { en: 'Mask', 'zh-CN': '蒙版' } : { en: 'Picture', 'zh-CN': '图片' },
    param: { type: 'string', 'x-asset': 'image' },
  };
}

function suggestModel(folder: string, classType: string, value: unknown): Suggestion | undefined {
  const known = Object.hasOwn(optionsOfFolder, folder) ? optionsOfFolder[folder] : undefined;
  if (!known || typeof value !== 'string') return undefined;
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

function suggestText(place: GraphInput, value: string): Suggestion | undefined {
  const { node, input } = place;
  if (input === 'sampler_name') {
    const title = { en: 'Sampler', 'zh-CN': '采样器' };
    return { name: 'sampler', title, param: { type: 'string', 'x-options': 'samplers', default: value } };
  }
  if (input === 'scheduler' && node.class_type !== 'BasicScheduler') {
    const title = { en: 'Scheduler', 'zh-CN': '调度器' };
    return { name: 'scheduler', title, param: { type: 'string', 'x-options': 'schedulers', default: value } };
  }
  if (!node.class_type.startsWith('CLIPTextEncode') || place.spec?.type !== 'STRING') return undefined;
  if (feeds(place, 'negative')) {
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

/** Whether a node's output reaches an input of this name over any chain of conditioning. */
function feeds({ graph, objectInfo, id }: GraphInput, wanted: string): boolean {
  const conditioningSources = (values: unknown[]): string[] =>
    values.flatMap((value) => {
      if (!isLink(value)) return [];
      const source = findNode(graph, value[0]);
      const output = source && findClass(objectInfo, source.class_type)?.output[value[1]];
      // A node that passes both sides on has an input of the wanted name itself.
      return source && output === 'CONDITIONING' && !('positive' in source.inputs) ? [value[0]] : [];
    });
  const seen = new Set<string>();
  const open = conditioningSources(Object.values(graph).map((node) => node.inputs[wanted]));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next === id) return true;
    if (seen.has(next)) continue;
    seen.add(next);
    open.push(...conditioningSources(Object.values(findNode(graph, next)?.inputs ?? {})));
  }
  return false;
}

function suggestNumber({ node, input, value, spec }: GraphInput): Suggestion | undefined {
  const known = Object.hasOwn(numberInputs, input) ? numberInputs[input] : undefined;
  if (!known || typeof value !== 'number') return undefined;
  if (latentInputs.has(input) && !isEmptyLatent(node.class_type)) return undefined;
  const limits = {
    minimum: Math.min(value, Math.max(known.min, spec?.min ?? known.min)),
    maximum: Math.max(value, Math.min(known.max, spec?.max ?? known.max)),
    default: value,
  };
  const step = known.step !== undefined && value % known.step === 0 ? { multipleOf: known.step } : {};
  return {
    name: known.name,
    title: known.title,
    param: known.integer ? { type: 'integer', ...limits, ...step } : { type: 'number', ...limits },
  };
}
