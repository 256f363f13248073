import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Binding, defineWorkflow } from './defineWorkflow.ts';
import { checkStructure } from './graph/checkStructure.ts';
import type { Graph } from './graph/graph.ts';
import { findOutputs } from './graph/graphEditor.ts';
import type { ObjectInfo } from './graph/objectInfo.ts';
import { checkBindingRules, checkGraphRules } from './manifest/bindingRules.ts';
import { buildParams } from './manifest/buildParams.ts';
import { checkAgainst } from './manifest/checkAgainst.ts';
import { checkWork, countUnits } from './manifest/checkWork.ts';
import { type ManifestDocument, manifestDocument } from './manifest/manifestSchema.ts';
import { parseGraph } from './manifest/parseGraph.ts';
import { type PointedFault, toPointedFaults, unknownKeys } from './shared/pointer.ts';
import type { Workflow, WorkflowParams } from './workflow.ts';

export type { ManifestInput } from './manifest/manifestSchema.ts';

/** A refused workflow of an operator; every fault has its place in the document. */
export class ManifestError extends Error {
  readonly faults: readonly PointedFault[];

  constructor(faults: readonly PointedFault[]) {
    super(faults.map(({ pointer, message }) => `${pointer || '/'}: ${message}`).join('; '));
    this.name = 'ManifestError';
    this.faults = faults;
  }
}

export interface ManifestOptions {
  /**
   * With the inventories of a pool, types, ranges and required inputs are checked too, against the server that fits
   * best. Files, and classes that no server has, are left to the pool.
   */
  objectInfos?: readonly ObjectInfo[];
}

const maxFileBytes = 1_000_000;
const exampleImage = '01900000-0000-7000-8000-000000000000';
/**
 * Makes a workflow of an operator's document (params in a subset of JSON Schema, binding of paths, graph).
 * @throws ManifestError with a pointer for each fault.
 */
export function parseManifest(raw: unknown, options: ManifestOptions = {}): Workflow {
  const parsed = manifestDocument.safeParse(raw);
  if (!parsed.success) {
    throw new ManifestError(toPointedFaults(parsed.error));
  }
  const document = parsed.data;
  const { graph, faults: graphFaults } = parseGraph(document.graph);
  refuseFaults(graphFaults.map((fault) => ({ ...fault, pointer: `/graph${fault.pointer}` })));
  refuseFaults([...checkGraphRules(graph), ...checkWholeGraph(graph)]);
  const { params, faults } = buildParams(document.params);
  refuseFaults([...faults, ...checkBindingRules(document, graph), ...checkWork(document)]);
  const example = parseExample(document, params);
  const workflow = createWorkflow(document, graph, params, example);
  refuseFaults(checkAgainst(workflow, document, options.objectInfos ?? []));
  return workflow;
}

/** `parseManifest` of the document that `readManifestFolder` reads. */
export async function loadManifestFolder(folder: string, options: ManifestOptions = {}): Promise<Workflow> {
  return parseManifest(await readManifestFolder(folder), options);
}

/**
 * Reads the document of a workflow from a folder with `manifest.json` (the document without its graph) and `graph.json` (ComfyUI's
 * API export). Not checked yet.
 * @throws ManifestError for a file that is not JSON or too large; the file system's error for an unreadable one.
 */
export async function readManifestFolder(folder: string): Promise<unknown> {
  const [manifest, graph] = await Promise.all([
    readJson(folder, 'manifest.json'),
    readJson(folder, 'graph.json'),
  ]);
  if (typeof manifest !== 'object' || manifest === null || Array.isArray(manifest)) {
    throw new ManifestError([{ pointer: '', message: 'manifest.json must hold an object.' }]);
  }
  return { ...manifest, graph };
}

async function readJson(folder: string, name: string): Promise<unknown> {
  const file = join(folder, name);
  if ((await stat(file)).size > maxFileBytes) {
    throw new ManifestError([{ pointer: '', message: `${name} may have at most ${maxFileBytes} bytes.` }]);
  }
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new ManifestError([{ pointer: '', message: `${name} is no JSON: ${error.message}` }]);
  }
}

function refuseFaults(faults: readonly PointedFault[]): void {
  if (faults.length > 0) throw new ManifestError(faults);
}

function checkWholeGraph(graph: Graph): PointedFault[] {
  const faults = checkStructure(graph)
    .filter((fault) => fault.endsWith('form a cycle'))
    .map((fault) => `${fault.charAt(0).toUpperCase()}${fault.slice(1)}.`);
  if (findOutputs(graph).length === 0) {
    faults.push('No node saves a result: one must have an input "filename_prefix".');
  }
  return faults.map((message) => ({ pointer: '/graph', message }));
}

function parseExample(document: ManifestDocument, params: Workflow['params']): WorkflowParams {
  const images = Object.entries(document.params.properties)
    .filter(([, param]) => param.type === 'string' && param['x-asset'] !== undefined)
    .map(([name]) => [name, exampleImage] as const);
  const parsed = params.safeParse({ ...document.example, ...Object.fromEntries(images) }, unknownKeys);
  if (parsed.success) return parsed.data;
  throw new ManifestError(toPointedFaults(parsed.error, 'example'));
}

function createWorkflow(
  document: ManifestDocument,
  graph: Graph,
  params: Workflow['params'],
  example: WorkflowParams,
): Workflow {
  const { name, version, type, title, description, engine, outputKind, rates, work } = document;
  return defineWorkflow<Graph, Workflow['params']>({
    name,
    version,
    type,
    title,
    description,
    outputKind,
    ...(engine && { engine }),
    params,
    graph,
    // The rules of manifests are stricter than the types of a template.
    binding: document.binding as Binding<Graph, WorkflowParams>,
    example,
    rates,
    workUnits: (values) => countUnits(work, (param) => Number(values[param])),
  });
}
