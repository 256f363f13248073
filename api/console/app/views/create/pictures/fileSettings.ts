import { infotextKeyword, readInfotext } from '@star-graph/workflows/shared/infotext';
import { readSampler } from '@star-graph/workflows/shared/samplerNames';
import { readFileTexts } from './fileTexts.ts';

/** How a picture was made, as its file says it in the words of a program; ours names a task that the server knows. */
export type FileSettings =
  | { program: 'Star-Graph' }
  | { program: 'A1111' | 'ComfyUI' | 'InvokeAI'; params: Readonly<Record<string, unknown>> };

type Values = Readonly<Record<string, unknown>>;

/** Undefined: the file says nothing that a form could use. */
export async function readFileSettings(file: Blob): Promise<FileSettings | undefined> {
  const texts = await readFileTexts(file);
  if (texts.has('star-graph')) return { program: 'Star-Graph' };
  return fromInvoke(texts) ?? fromComfy(texts) ?? fromA1111(texts);
}

const found = (program: 'A1111' | 'ComfyUI' | 'InvokeAI', values: Values): FileSettings | undefined => {
  const params = Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined && value !== '' && !Number.isNaN(value)),
  );
  return typeof params.prompt === 'string' ? { program, params } : undefined;
};

function fromA1111(texts: ReadonlyMap<string, string>): FileSettings | undefined {
  const text = texts.get(infotextKeyword) ?? texts.get('UserComment');
  if (text === undefined || !/(?:^|\n)Steps: \d/.test(text)) return undefined;
  const facts: Readonly<Record<string, string | undefined>> = readInfotext(
    text.trim().replaceAll('\r\n', '\n'),
  );
  const [width, height] = (facts.Size ?? '').split('x').map(Number);
  return found('A1111', {
    prompt: facts.Prompt,
    negativePrompt: facts['Negative prompt'],
    steps: Number(facts.Steps ?? Number.NaN),
    cfg: Number(facts['CFG scale'] ?? Number.NaN),
    seed: Number(facts.Seed ?? Number.NaN),
    denoise: Number(facts['Denoising strength'] ?? Number.NaN),
    model: facts.Model,
    width: width === 0 ? undefined : width,
    height,
    ...readSampler(facts.Sampler, facts['Schedule type']),
  });
}

function fromInvoke(texts: ReadonlyMap<string, string>): FileSettings | undefined {
  const read = readObject(texts.get('invokeai_metadata'));
  if (!read) return undefined;
  const { model } = read;
  const [, sampler = read.scheduler, suffix] = /^(.+)_(k)$/.exec(String(read.scheduler ?? '')) ?? [];
  return found('InvokeAI', {
    prompt: read.positive_prompt,
    negativePrompt: read.negative_prompt,
    steps: read.steps,
    cfg: read.cfg_scale,
    seed: read.seed,
    denoise: read.strength,
    width: read.width,
    height: read.height,
    model: isObject(model) ? (model.name ?? model.model_name) : undefined,
    sampler: invokeSamplers[String(sampler)] ?? sampler,
    scheduler: suffix && 'karras',
  });
}

/** Those that InvokeAI calls otherwise. */
const invokeSamplers: Readonly<Record<string, string>> = {
  dpmpp_2s: 'dpmpp_2s_ancestral',
  euler_a: 'euler_ancestral',
  kdpm_2: 'dpm_2',
  kdpm_2_a: 'dpm_2_ancestral',
  unipc: 'uni_pc',
};

const isObject = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Python writes NaN, which is no JSON. */
function readObject(text: string | undefined): Values | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text.replaceAll(/([:[,]\s*)-?(?:NaN|Infinity)\b/g, '$1null'));
    return isObject(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

interface Node {
  class_type: string;
  inputs: Values;
}
type Graph = ReadonlyMap<string, Node>;

/** The graph as it ran: PNGs have it under its name, WebP and JPEG in a tag with the name before it. */
function fromComfy(texts: ReadonlyMap<string, string>): FileSettings | undefined {
  const inTags = ['Model', 'Make', 'UserComment', 'ImageDescription'].map((tag) => texts.get(tag));
  const named = inTags.find((text) => /^prompt:\s*\{/i.test(text ?? ''));
  const read = readObject(texts.get('prompt') ?? named?.slice(named.indexOf('{')));
  if (!read) return undefined;
  const graph: Graph = new Map(
    Object.entries(read).flatMap(([id, node]) =>
      isObject(node) && typeof node.class_type === 'string' && isObject(node.inputs)
        ? [[id, { class_type: node.class_type, inputs: node.inputs }]]
        : [],
    ),
  );
  const sampler = [...graph.values()].find(({ inputs }) => 'latent_image' in inputs && !('vae' in inputs));
  if (!sampler) return undefined;
  const before = listBefore(graph, sampler);
  const first = (...names: readonly string[]): unknown => {
    for (const node of before)
      for (const name of names) {
        const value = readInput(graph, node.inputs[name]);
        if (value !== undefined) return value;
      }
    return undefined;
  };
  const guider = before.find(({ inputs }) => 'positive' in inputs || 'conditioning' in inputs);
  const canvas = before.find(({ class_type: type }) => /^Empty.*Latent/.test(type));
  return found('ComfyUI', {
    prompt: wordsOf(graph, guider?.inputs.positive ?? guider?.inputs.conditioning),
    negativePrompt: wordsOf(graph, guider?.inputs.negative),
    seed: first('seed', 'noise_seed'),
    steps: first('steps'),
    cfg: first('cfg'),
    sampler: first('sampler_name'),
    scheduler: first('scheduler'),
    denoise: first('denoise'),
    model: first('ckpt_name', 'unet_name'),
    width: readInput(graph, canvas?.inputs.width),
    height: readInput(graph, canvas?.inputs.height),
  });
}

const nodeOf = (graph: Graph, link: unknown): Node | undefined =>
  Array.isArray(link) ? graph.get(String(link[0])) : undefined;

/** A node and all that lead to it, the nearest first. */
function listBefore(graph: Graph, node: Node): readonly Node[] {
  const nodes = new Set([node]);
  for (const one of nodes)
    for (const input of Object.values(one.inputs)) {
      const before = nodeOf(graph, input);
      if (before) nodes.add(before);
    }
  return [...nodes];
}

/** As it stands there, or in the node that hands it on. */
function readInput(graph: Graph, input: unknown): unknown {
  if (!Array.isArray(input)) return input;
  const { value, seed, text } = nodeOf(graph, input)?.inputs ?? {};
  return [value, seed, text].find((each) => typeof each === 'string' || typeof each === 'number');
}

/** The nearest words that lead to a conditioning. */
function wordsOf(graph: Graph, link: unknown): string | undefined {
  const node = nodeOf(graph, link);
  if (!node) return undefined;
  for (const { inputs } of listBefore(graph, node))
    for (const name of ['text', 'prompt', 't5xxl', 'clip_l', 'text_g', 'value', 'string']) {
      const words = readInput(graph, inputs[name]);
      if (typeof words === 'string' && words.trim() !== '') return words;
    }
  return undefined;
}
