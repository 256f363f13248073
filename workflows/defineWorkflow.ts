import type { z } from 'zod';
import { checkStructure } from './graph/checkStructure.ts';
import { findNode, type Graph } from './graph/graph.ts';
import {
  createGraphEditor,
  findOutputs,
  type GraphEditor,
  type InputPath,
  isLink,
  parseInputPath,
} from './graph/graphEditor.ts';
import { placeOwnChoices } from './graph/ownOptions.ts';
import { findModels } from './models/loaders.ts';
import { filesOf, placeholderInputs, sortInputs } from './params/inputFacts.ts';
import { describeParams, type ParamSchema, type ParamsMeta, readParamsMeta } from './params/paramsMeta.ts';
import { digestOf } from './shared/digest.ts';
import type {
  BoundAudio,
  BoundImage,
  BoundVideo,
  Engine,
  InputAudio,
  InputImage,
  InputVideo,
  LocalizedText,
  NumberSpan,
  TaskType,
  Workflow,
  WorkflowParams,
} from './workflow.ts';

/** What a rule may use beside its own parameter's value. */
interface BindContext<P> {
  params: P;
  images: Record<string, BoundImage>;
  videos: Record<string, BoundVideo>;
  audios: Record<string, BoundAudio>;
}

/** Writes one parameter when a plain path is not enough: several places, a choice of branches, a computed value. */
type BindingRule<G, P, V> = (edit: GraphEditor<G>, value: V, context: BindContext<P>) => void;

/**
 * Where each parameter goes. Every parameter must be here, and a path must be an input of the graph that holds a
 * value of the parameter's type. An optional parameter without value keeps the template's own; a rule is always
 * called. A parameter that names a picture, a film or a sound writes the uploaded file's name.
 */
export type Binding<G, P> = {
  readonly [K in keyof P]-?:
    | InputPath<G, NonNullable<P[K]>>
    | readonly InputPath<G, NonNullable<P[K]>>[]
    | BindingRule<G, P, P[K]>;
};

type ImageFault = { pointer: string; message: string };

interface WorkflowDefinition<G, S extends z.ZodType<WorkflowParams>> {
  name: string;
  version: number;
  type: TaskType;
  title: LocalizedText;
  description: LocalizedText;
  engine?: Engine;
  params: S;
  graph: G;
  binding: Binding<NoInfer<G>, z.output<S>>;
  outputKind: Workflow['outputKind'];
  /** As in `Workflow`. */
  fps?: number;
  /** Required parameters only; ids of assets may be any UUID. Shows at definition that the binding works. */
  example: z.input<S>;
  /** Megapixels × steps × frames (or tiles); > 0. */
  workUnits: (
    params: z.output<S>,
    images: Record<string, InputImage>,
    videos: Record<string, InputVideo>,
    audios: Record<string, InputAudio>,
  ) => number;
  rates: { creditsPerUnit: number; secondsPerUnit: number; overheadSeconds: number };
  /** The size of every result, where the last node scales to it. */
  makes?: (params: z.output<S>, images: Record<string, InputImage>) => InputImage;
  checkImages?: (
    params: z.output<S>,
    images: Record<string, InputImage>,
    videos: Record<string, InputVideo>,
    audios: Record<string, InputAudio>,
  ) => readonly ImageFault[];
}

/** A definition that cannot work; the message names workflow and place. Thrown when the process starts. */
export class WorkflowDefinitionError extends Error {
  constructor(workflow: string, places: readonly string[]) {
    super(`workflow "${workflow}": ${places.join('; ')}`);
    this.name = 'WorkflowDefinitionError';
  }
}

/**
 * Makes a workflow of a graph in ComfyUI's API format, a schema and a binding between the two.
 * @throws WorkflowDefinitionError naming every place where they do not fit.
 */
export function defineWorkflow<const G extends object, S extends z.ZodType<WorkflowParams>>(
  definition: WorkflowDefinition<G, S>,
): Workflow {
  const { name, rates } = definition;
  const template = definition.graph as unknown as Graph;
  const schema = describeParams(definition.params);
  const meta = readParamsMeta(schema);
  const binding = definition.binding as unknown as Record<string, UntypedBinding>;
  const faults = [...checkStructure(template), ...checkBinding(template, meta, binding)];
  if (faults.length > 0) throw new WorkflowDefinitionError(name, faults);

  const bind = createBind(template, binding, meta);
  const unbound = (params: WorkflowParams): Graph =>
    bind(params, {
      images: placeholderInputs(meta),
      outputPrefix: 'unbound',
    });
  // Classes and models of the same params, which never change, are asked one after the other.
  let last: { params: WorkflowParams; graph: Graph } | undefined;
  const boundOnce = (params: WorkflowParams): Graph => {
    if (last?.params !== params) last = { params, graph: unbound(params) };
    return last.graph;
  };
  const example = bindExample(definition, unbound);
  const probes = listProbes(definition.params, schema, example).map(unbound);
  const units: Workflow['workUnits'] = (params, inputs) => {
    const { images, videos, audios } = sortInputs<InputImage, InputVideo, InputAudio>(meta, inputs);
    return definition.workUnits(params as z.output<S>, images, videos, audios);
  };

  return Object.freeze({
    name,
    version: definition.version,
    type: definition.type,
    title: definition.title,
    description: definition.description,
    engine: definition.engine,
    params: definition.params,
    imageParams: meta.imageParams,
    videoParams: meta.videoParams,
    audioParams: meta.audioParams,
    seedParam: meta.seedParam,
    inventoryParams: meta.inventoryParams,
    numberSpans: findNumberSpans([example, ...listVariants(schema, example)].map(unbound)),
    example,
    digest: digestOf({ template, schema: withoutHints(schema), probes }),
    outputKind: definition.outputKind,
    fps: definition.fps,
    sound: makesSound(template),
    makes: (params, inputs) =>
      definition.makes?.(
        params as z.output<S>,
        sortInputs<InputImage, InputVideo, InputAudio>(meta, inputs).images,
      ) ?? (drawsAsAsked.has(definition.type) ? sizeOf(params) : undefined),
    nodeClasses: (params) => findClasses(params ? boundOnce(params) : template),
    models: (params) => findModels(boundOnce(params)),
    workUnits: units,
    price: (params, inputs) => Math.max(1, Math.ceil(units(params, inputs) * rates.creditsPerUnit)),
    estimateSeconds: (params, inputs) => rates.overheadSeconds + units(params, inputs) * rates.secondsPerUnit,
    checkImages: (params, inputs) => {
      const { images, videos, audios } = sortInputs<InputImage, InputVideo, InputAudio>(meta, inputs);
      return definition.checkImages?.(params as z.output<S>, images, videos, audios) ?? [];
    },
    bind,
  } satisfies Workflow);
}

/** They say what is so anyway: a version that was released gets them and stays the same. */
const hints = new Set(['x-usual', 'x-pixels']);

const withoutHints = (schema: ParamSchema): unknown =>
  JSON.parse(JSON.stringify(schema, (keyword, value) => (hints.has(keyword) ? undefined : value)));

/** From words alone: nothing but the parameters says how large the result is. */
const drawsAsAsked: ReadonlySet<TaskType> = new Set(['text2img', 'text2video']);

const sizeOf = ({ width, height }: WorkflowParams): InputImage | undefined =>
  typeof width === 'number' && typeof height === 'number' ? { width, height } : undefined;

type UntypedRule = BindingRule<Graph, WorkflowParams, unknown>;
type UntypedBinding = string | readonly string[] | UntypedRule;

const pathsOf = (target: Exclude<UntypedBinding, UntypedRule>): readonly string[] =>
  typeof target === 'string' ? [target] : target;

function findClasses(graph: Graph): string[] {
  return [...new Set(Object.values(graph).map((node) => node.class_type))];
}

function checkBinding(template: Graph, meta: ParamsMeta, binding: Record<string, UntypedBinding>): string[] {
  const faults: string[] = [];
  for (const param of meta.names) {
    if (!(param in binding)) faults.push(`binding.${param}: the parameter is never bound`);
  }
  for (const [param, target] of Object.entries(binding)) {
    if (!meta.names.includes(param)) faults.push(`binding.${param}: the schema has no such parameter`);
    if (typeof target === 'function') continue;
    for (const path of pathsOf(target)) {
      const fault = findPathFault(template, path);
      if (fault) faults.push(`binding.${param}: ${fault}`);
    }
  }
  if (findOutputs(template).length === 0) {
    faults.push('graph: no node saves anything: none has an input "filename_prefix"');
  }
  return faults;
}

/** Why a parameter cannot be written at `nodeId.input`; undefined when it can. */
export function findPathFault(template: Graph, path: string): string | undefined {
  const { node: id, input } = parseInputPath(path);
  const node = findNode(template, id);
  if (!node) return `the graph has no node "${id}"`;
  if (!Object.hasOwn(node.inputs, input)) return `node "${id}" (${node.class_type}) has no input "${input}"`;
  if (input === 'filename_prefix') return `node "${id}": file name prefixes are the server's`;
  return isLink(node.inputs[input])
    ? `input "${input}" of node "${id}" is linked to another node`
    : undefined;
}

function createBind(
  template: Graph,
  binding: Record<string, UntypedBinding>,
  meta: ParamsMeta,
): Workflow['bind'] {
  const files = new Set(filesOf(meta));
  const targets = Object.entries(binding);
  return (params, context) => {
    const edit = createGraphEditor(template);
    const sorted = sortInputs<BoundImage, BoundVideo, BoundAudio>(meta, context.images);
    for (const [param, target] of targets) {
      const given = params[param];
      const value = files.has(param) && given != null ? context.images[param]?.uploadedName : given;
      if (typeof target === 'function') {
        target(edit, value, { params, ...sorted });
      } else if (value !== undefined && value !== null) {
        if (!isScalar(value)) throw new Error(`binding.${param}: only a rule can write a list or an object`);
        for (const path of pathsOf(target)) edit.set(path as InputPath<Graph>, value);
      }
    }
    edit.setOutputPrefix(context.outputPrefix);
    const graph = edit.finish();
    placeOwnChoices(graph);
    return graph;
  };
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function bindExample<G, S extends z.ZodType<WorkflowParams>>(
  { name, params, example: input }: WorkflowDefinition<G, S>,
  unbound: (params: WorkflowParams) => Graph,
): WorkflowParams {
  const parsed = params.safeParse(input);
  if (!parsed.success) throw new WorkflowDefinitionError(name, [`example: ${parsed.error.message}`]);
  const bound = unbound(parsed.data);
  const faults = checkStructure(bound).map((fault) => `example: ${fault}`);
  if (findOutputs(bound).length === 0) faults.push('example: the bound graph has no output');
  if (faults.length > 0) throw new WorkflowDefinitionError(name, faults);
  return parsed.data;
}

const makesSound = (graph: Graph): true | undefined =>
  Object.values(graph).some(({ class_type, inputs }) => class_type === 'CreateVideo' && inputs.audio)
    ? true
    : undefined;

/** Values that show what a binding does with a parameter: every choice, both ends of a range, a name, a text. */
function probeValues(schema: ParamSchema): unknown[] {
  if (Array.isArray(schema.enum)) return schema.enum;
  if (schema['x-asset'] !== undefined) return [];
  if (schema['x-options'] !== undefined) return ['probe-a', 'probe-b'];
  switch (schema.type) {
    case 'integer':
    case 'number':
      return [schema.minimum, schema.maximum].filter((limit) => typeof limit === 'number');
    case 'boolean':
      return [false, true];
    case 'string':
      return ['probe'.padEnd(Number(schema.minLength ?? 0), 'x').slice(0, Number(schema.maxLength ?? 5))];
    case 'array': {
      const items = Object.entries(schema.items?.properties ?? {});
      const itemAt = (index: number) =>
        Object.fromEntries(items.map(([name, item]) => [name, probeValues(item)[index]]));
      return [[itemAt(0)], [itemAt(0), itemAt(1)]];
    }
    default:
      return [];
  }
}

/** The id of no asset: a picture that an example leaves out is bound by its placeholder, whatever the id. */
const anyPicture = '01900000-0000-7000-8000-000000000000';

/** The example with one parameter changed at a time. Each value is allowed by itself; combinations are not checked. */
function listVariants(schema: ParamSchema, example: WorkflowParams): WorkflowParams[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const isFurtherPicture = property['x-asset'] !== undefined && example[name] === undefined;
    const values = isFurtherPicture ? [anyPicture] : probeValues(property);
    return values.map((value) => ({ ...example, [name]: value }));
  });
}

/**
 * The example, then the example with one parameter changed at a time, as far as the schema accepts it. The bound
 * graphs stand for the binding in the digest: they change when a rule does something else, not when its code is
 * written differently.
 */
function listProbes(
  params: Workflow['params'],
  schema: ParamSchema,
  example: WorkflowParams,
): WorkflowParams[] {
  const changed = listVariants(schema, example).map((variant) => params.safeParse(variant));
  return [example, ...changed.flatMap((parsed) => (parsed.success ? [parsed.data] : []))];
}

/** The least and the greatest number at each input of each node class, over all graphs. */
function findNumberSpans(graphs: readonly Graph[]): NumberSpan[] {
  const spans = new Map<string, NumberSpan>();
  for (const { class_type: classType, inputs } of graphs.flatMap((graph) => Object.values(graph))) {
    for (const [input, value] of Object.entries(inputs)) {
      if (typeof value !== 'number') continue;
      const key = `${classType}.${input}`;
      const { lowest = value, highest = value } = spans.get(key) ?? {};
      spans.set(key, {
        classType,
        input,
        lowest: Math.min(lowest, value),
        highest: Math.max(highest, value),
      });
    }
  }
  return [...spans.values()];
}
