import { takesText } from '../manifest/textInputs.ts';
import { findModels } from '../models/loaders.ts';
import { filesOf } from '../params/inputFacts.ts';
import { describeParams, readParamsMeta } from '../params/paramsMeta.ts';
import { canonicalJson, digestOf } from '../shared/digest.ts';
import type { BoundInput, Workflow, WorkflowParams } from '../workflow.ts';
import { fileInputOf } from './fileInputs.ts';
import type { Graph } from './graph.ts';
import { assetIdOf, type OwnGraphParams, ownGraphSchema } from './ownGraphParams.ts';

const numberOf = (value: unknown, otherwise: number): number =>
  typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : otherwise;

const pixelsOfOne = 1_000_000;
/** Of a graph that samples nothing. */
const fewestSteps = 5;

/**
 * Megapixels × steps × pictures, as far as the graph says it in numbers: for the order of the queue and for times to
 * expect. The price is measured.
 */
function measureGraph(graph: Graph): number {
  const nodes = Object.values(graph).map(({ inputs }) => inputs);
  const steps = nodes.reduce((sum, inputs) => sum + numberOf(inputs.steps, 0), 0);
  const canvases = nodes
    .filter((inputs) => typeof inputs.width === 'number' && typeof inputs.height === 'number')
    .map(
      ({ width, height, batch_size: batch, length }) =>
        ((numberOf(width, 0) * numberOf(height, 0)) / pixelsOfOne) * numberOf(batch ?? length, 1),
    );
  const megapixels = Math.max(1, ...canvases);
  return Math.max(fewestSteps, steps) * megapixels;
}

/** What a graph needs besides its own steps: loading, decoding, saving. */
const overheadSeconds = 5;
/** On an ordinary GPU, before the pool was measured. */
const secondsPerUnit = 0.4;

const example: OwnGraphParams = {
  prompt: '',
  graph: {
    '1': { class_type: 'EmptyImage', inputs: { width: 64, height: 64, batch_size: 1, color: 0 } },
    '2': { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: 'example' } },
  },
  mostSeconds: 1,
  creditsPerSecond: 1,
};

// The schema has exactly these.
const own = (params: WorkflowParams): OwnGraphParams => params as OwnGraphParams;

const { imageParams, videoParams, audioParams } = readParamsMeta(describeParams(ownGraphSchema));

/** The seed and the person's words change nothing of what a server must have. */
const isFree = (classType: string, input: string): boolean =>
  input === 'seed' || input === 'noise_seed' || takesText(classType, input);

function needsOf({ graph }: OwnGraphParams): string {
  const nodes = Object.entries(graph).map(([id, { class_type: classType, inputs }]) => [
    ...[id, classType],
    Object.entries(inputs).map(([input, value]) => [input, isFree(classType, input) ? null : value]),
  ]);
  return digestOf(nodes);
}

function bind(params: OwnGraphParams, images: Readonly<Record<string, BoundInput>>, prefix: string): Graph {
  const names = new Map(
    filesOf({ imageParams, videoParams, audioParams }).flatMap((param) => {
      const [id, bound] = [params[param], images[param]];
      return typeof id === 'string' && bound ? [[id, bound.uploadedName] as const] : [];
    }),
  );
  const write = (classType: string, input: string, value: unknown): unknown => {
    if (input === 'filename_prefix') return prefix;
    if (fileInputOf(classType) !== input || typeof value !== 'string') return value;
    return names.get(assetIdOf(value)) ?? value;
  };
  return Object.fromEntries(
    Object.entries(params.graph).map(([id, node]) => {
      const inputs = Object.entries(node.inputs).map(([input, value]) => [
        input,
        write(node.class_type, input, value),
      ]);
      return [id, { ...node, inputs: Object.fromEntries(inputs) }];
    }),
  );
}

/**
 * The workflow behind graphs that people bring themselves: the graph is a parameter. It is on no list, and nothing
 * makes a task of it but the door that checks graphs. Its price is what its time on a GPU costs, at most what was held.
 */
export const ownGraph: Workflow = Object.freeze({
  name: 'own-graph',
  version: 1,
  type: 'graph',
  title: { en: 'A graph of your own', 'zh-CN': '自己的节点图' },
  description: {
    en: 'A graph of ComfyUI that its person sent through the graph door.',
    'zh-CN': '用户通过节点图入口发送的 ComfyUI 节点图。',
  },
  engine: undefined,
  params: ownGraphSchema,
  imageParams,
  videoParams,
  audioParams,
  seedParam: undefined,
  inventoryParams: {},
  numberSpans: [],
  example,
  digest: digestOf(canonicalJson(describeParams(ownGraphSchema))),
  outputKind: 'image',
  keepsAll: true,
  nodeClasses: (params) => [
    ...new Set(Object.values(own(params ?? example).graph).map((node) => node.class_type)),
  ],
  models: (params) => findModels(own(params).graph),
  needs: (params) => needsOf(own(params)),
  workUnits: (params) => measureGraph(own(params).graph),
  price: (params) => own(params).creditsPerSecond * own(params).mostSeconds,
  estimateSeconds: (params) =>
    Math.min(own(params).mostSeconds, overheadSeconds + measureGraph(own(params).graph) * secondsPerUnit),
  mostSeconds: (params) => own(params).mostSeconds,
  checkImages: () => [],
  bind: (params, { images, outputPrefix }) => bind(own(params), images, outputPrefix),
} satisfies Workflow);
