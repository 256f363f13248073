import { acceptsLink, findValueFault } from '../graph/checkGraph.ts';
import { expandInputs, findInput, isOfUnknownType } from '../graph/expandInputs.ts';
import { findNode, type Graph } from '../graph/graph.ts';
import { isLink } from '../graph/graphEditor.ts';
import type { ParsedInput, ParsedInputs } from '../graph/objectInfo.ts';
import { placeholderInputs } from '../params/inputFacts.ts';
import type { ClassInput, ModelRequirement, Workflow, WorkflowParams } from '../workflow.ts';
import { findModelFolder, findModels } from './loaders.ts';
import { type FileNames, findTwins, locateFiles } from './modelFiles.ts';
import { findShippedFile } from './shippedFiles/findShippedFile.ts';

/** The part of a backend's `/object_info` that requirements are compared with. */
export interface BackendInventory {
  readonly classes: Readonly<Record<string, InventoryClass>>;
  /** Sets of model files that do not run there: one that is broken, or some that do not fit each other. */
  readonly unfit?: readonly (readonly ModelRequirement[])[] | undefined;
  /** Files that the operator keeps under other names. */
  readonly fileNames?: FileNames | undefined;
}

export interface InventoryClass {
  /** Types of its nodes' outputs, by index. */
  readonly outputs: readonly string[];
  readonly inputs: ParsedInputs;
}

interface MissingModel extends ModelRequirement {
  /** The files of that name, where there are several: which one is meant is unknown. */
  twins?: readonly string[];
  /** The parameter by which a user can choose another file; undefined when the workflow insists on this one. */
  param: string | undefined;
}

interface MissingChoice extends ClassInput {
  value: string;
}

/** A number that the class does not take, and the limit that it exceeds. */
interface MissingRange extends ClassInput {
  value: number;
  limit: number;
}

/** What a backend lacks to run a workflow; all lists empty when it can. */
export interface Missing {
  nodeClasses: string[];
  models: MissingModel[];
  /**
   * Inputs that the graph sets and the class does not have, or takes as another type, and inputs that the class
   * requires and the graph does not set.
   */
  inputs: ClassInput[];
  /** Values of choices, other than model files, that the class does not offer. */
  choices: MissingChoice[];
  /** Numbers that some request could hold and the class does not take. */
  ranges: MissingRange[];
  /** Model files that exist and do not run, or not together. */
  unfit: (readonly ModelRequirement[])[];
}

/**
 * What a backend lacks to run a workflow with these params; without params, to run its example: what a request with
 * only the required parameters needs.
 */
export function missingFor(
  workflow: Workflow,
  params: WorkflowParams | undefined,
  inventory: BackendInventory,
): Missing {
  const graph = workflow.bind(params ?? workflow.example, {
    images: placeholderInputs(workflow),
    outputPrefix: 'unbound',
  });
  return missingForGraph(locateFiles(graph, inventory), workflow, inventory);
}

function missingForGraph(graph: Graph, workflow: Workflow, inventory: BackendInventory): Missing {
  const nodeClasses = new Set<string>();
  const inputs = new Map<string, ClassInput>();
  const models = new Map<string, MissingModel>();
  const choices = new Map<string, MissingChoice>();
  for (const { class_type: classType, inputs: values } of Object.values(graph)) {
    const found = Object.hasOwn(inventory.classes, classType) ? inventory.classes[classType] : undefined;
    if (!found) {
      nodeClasses.add(classType);
      continue;
    }
    const expanded = expandInputs(found.inputs, values);
    const mistyped = mistypedInputs({ graph, inventory }, expanded, values);
    for (const input of [...unmatchedInputs(found, expanded, values), ...mistyped])
      inputs.set(`${classType}.${input}`, { classType, input });
    for (const [input, value] of unofferedValues(expanded, values)) {
      const folder = findModelFolder(classType, input);
      if (folder === undefined) choices.set(`${classType}.${input}=${value}`, { classType, input, value });
      else
        models.set(`${folder}/${value}`, {
          folder,
          name: value,
          param: paramFor(workflow, classType, input),
          ...twinsOf(found, input, folder, value),
        });
    }
  }
  return {
    nodeClasses: [...nodeClasses],
    models: [...models.values()],
    inputs: [...inputs.values()],
    choices: [...choices.values()],
    ranges: missingRanges(graph, workflow, inventory),
    unfit: findUnfit(graph, inventory),
  };
}

function twinsOf(
  { inputs }: InventoryClass,
  input: string,
  folder: string,
  name: string,
): Pick<MissingModel, 'twins'> {
  const offered = inputs[input]?.choices?.filter((choice) => typeof choice === 'string') ?? [];
  const twins = findTwins(offered, folder, name);
  return twins.length === 0 ? {} : { twins };
}

function findUnfit(graph: Graph, { unfit = [] }: BackendInventory): Missing['unfit'] {
  if (unfit.length === 0) return [];
  const loaded = new Set(findModels(graph).map(({ folder, name }) => `${folder}/${name}`));
  return unfit.filter((models) => models.every(({ folder, name }) => loaded.has(`${folder}/${name}`)));
}

/**
 * Compared for all requests that use the class, with any numbers: people should learn from the catalogue, not from a
 * failed task, that a server takes less than the form offers.
 */
function missingRanges(graph: Graph, workflow: Workflow, inventory: BackendInventory): MissingRange[] {
  const used = new Set(Object.values(graph).map((node) => node.class_type));
  return workflow.numberSpans.flatMap(({ classType, input, lowest, highest }): MissingRange[] => {
    if (!used.has(classType) || !Object.hasOwn(inventory.classes, classType)) return [];
    const { min, max } = findInput(inventory.classes[classType]?.inputs ?? {}, input) ?? {};
    if (max !== undefined && highest > max) return [{ classType, input, value: highest, limit: max }];
    return min !== undefined && lowest < min ? [{ classType, input, value: lowest, limit: min }] : [];
  });
}

type Expanded = ReadonlyMap<string, ParsedInput>;

function unmatchedInputs(
  { inputs }: InventoryClass,
  expanded: Expanded,
  values: Record<string, unknown>,
): string[] {
  const unknown = Object.keys(values).filter(
    (input) => !expanded.has(input) && !isOfUnknownType(inputs, input),
  );
  const unset = [...expanded].filter(
    ([input, { isRequired }]) => isRequired && !Object.hasOwn(values, input),
  );
  return [...unknown, ...unset.map(([input]) => input)];
}

/**
 * Inputs that a server takes as another type than the graph gives, links included. A request's own numbers are not
 * compared, because the lacks are cached for all requests with the same needs.
 */
function mistypedInputs(
  { graph, inventory }: { graph: Graph; inventory: BackendInventory },
  expanded: Expanded,
  values: Record<string, unknown>,
): string[] {
  const isFitting = (input: string, value: unknown): boolean => {
    const wanted = expanded.get(input);
    if (!wanted) return true;
    if (!isLink(value))
      return wanted.type === 'COMBO' || findValueFault({ type: wanted.type }, value) === undefined;
    const source = findNode(graph, value[0])?.class_type ?? '';
    // A class that is not installed is reported as such.
    if (!Object.hasOwn(inventory.classes, source)) return true;
    const output = inventory.classes[source]?.outputs[value[1]];
    return output !== undefined && acceptsLink(wanted, output);
  };
  return Object.entries(values).flatMap(([input, value]) => (isFitting(input, value) ? [] : [input]));
}

function unofferedValues(expanded: Expanded, values: Record<string, unknown>): [string, string][] {
  return Object.entries(values).flatMap(([input, value]) => {
    const offered = expanded.get(input)?.choices;
    if (!offered || isLink(value) || offered.some((choice) => choice === value)) return [];
    return [[input, String(value)]];
  });
}

function paramFor(workflow: Workflow, classType: string, input: string): string | undefined {
  return Object.entries(workflow.inventoryParams).find(
    ([, param]) => param.classType === classType && param.input === input,
  )?.[0];
}

export const isNothingMissing = (missing: Missing): boolean =>
  Object.values(missing).every((lacks) => lacks.length === 0);

/** Names what is missing, one phrase each, for a sentence that a user or operator reads. */
export function presentMissing(missing: Missing): string[] {
  const { nodeClasses, models, inputs, choices, ranges, unfit } = missing;
  return [
    ...nodeClasses.map(describeClass),
    ...models.map(describeModel),
    ...inputs.map(({ classType, input }) => `a matching input "${input}" of the node class ${classType}`),
    ...choices.map(({ classType, input, value }) => `the choice "${value}" of ${classType}.${input}`),
    ...ranges.map(
      ({ classType, input, value, limit }) =>
        `the node class ${classType} to take ${value} as "${input}", where its limit is ${limit}`,
    ),
    ...unfit.map((files) => {
      const names = files.map(({ folder, name }) => `${folder}/${name}`).join(' and ');
      return files.length === 1
        ? `the model file ${names} to run`
        : `the model files ${names} to fit each other`;
    }),
  ];
}

/** A model file that a server lacks. */
interface LackedModel {
  folder: string;
  name: string;
  /** The files of that name, where there are several. */
  twins?: readonly string[];
}

/** `the model file vae/ae.safetensors (335 MB)`: the folder that it goes into and its size, or why it was not taken. */
export function describeModel({ folder, name, twins = [] }: LackedModel): string {
  const path = `${folder}/${name}`;
  if (twins.length > 0)
    return `one model file ${path} instead of ${twins.length} (${twins.join(', ')}: keep one, or name one in the model settings)`;
  const bytes = findShippedFile(folder, name)?.bytes;
  return `the model file ${path}${bytes === undefined ? '' : ` (${describeBytes(bytes)})`}`;
}

/** As disks and download pages count them. */
const describeBytes = (bytes: number): string =>
  bytes < 999_500_000 ? `${(bytes / 1e6).toFixed()} MB` : `${(bytes / 1e9).toFixed(1)} GB`;

/** `the node class SeedVR2Conditioning (ComfyUI 0.33.0 has it)`: what to install for it, where that is known. */
function describeClass(name: string): string {
  const pack = nodePackOf(name);
  if (pack !== undefined) return `the node class ${name} (of the node pack ${pack})`;
  const release = releaseOf(name);
  return `the node class ${name}${release === undefined ? '' : ` (ComfyUI ${release} has it)`}`;
}

/** Node packs, by the classes of theirs that shipped workflows use. */
const packs: Readonly<Record<string, readonly string[]>> = {
  comfyui_controlnet_aux: ['OpenposePreprocessor', 'MiDaS-DepthMapPreprocessor'],
};

/**
 * Releases of ComfyUI that are known to have a class that shipped workflows use, by the official templates that ask for
 * it. An earlier release may have it too.
 */
const releases: Readonly<Record<string, readonly (string | RegExp)[]>> = {
  '0.3.72': ['EmptyFlux2LatentImage', 'Flux2Scheduler'],
  '0.11.0': [
    ...['ModelSamplingAuraFlow', 'ModelPatchLoader', 'QwenImageDiffsynthControlnet', 'GetImageSize'],
    ...['ReferenceLatent', 'FluxKontextImageScale', 'FluxKontextMultiReferenceLatentMethod', 'CFGNorm'],
    ...['TextEncodeQwenImageEditPlus', 'ImageScaleToMaxDimension'],
  ],
  '0.16.4': [
    ...[/^LTX/, /LTXV/, 'LatentUpscaleModelLoader', 'ManualSigmas'],
    ...['ResizeImageMaskNode', 'ResizeImagesByLongerEdge'],
  ],
  '0.30.0': [/^MiniMaxH3/],
  '0.33.0': [
    /^SeedVR2/,
    /^SDPose/,
    /DA3/,
    'VAEDecodeAudio',
    'ControlNetInpaintingAliMamaApply',
    /^FrameInterpolat/,
    'LoadBackgroundRemovalModel',
    'RemoveBackground',
    'ComfySwitchNode',
  ],
  '0.36.0': ['TextEncodeQwenImage21'],
};

const packsByClass = new Map(
  Object.entries(packs).flatMap(([pack, names]) => names.map((name) => [name, pack] as const)),
);

/** The node pack that brings a class; undefined for ComfyUI's own and for unknown ones. */
const nodePackOf = (className: string): string | undefined => packsByClass.get(className);

/** A release of ComfyUI that has the class; undefined for those that every supported release has, and for unknown ones. */
const releaseOf = (className: string): string | undefined =>
  Object.entries(releases).find(([, names]) =>
    names.some((name) => (typeof name === 'string' ? name === className : name.test(className))),
  )?.[0];
