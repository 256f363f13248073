import { expandInputs } from '../graph/expandInputs.ts';
import type { Graph } from '../graph/graph.ts';
import { findNeeded, findOutputs } from '../graph/graphEditor.ts';
import { parseGraph } from '../manifest/parseGraph.ts';
import { findModelFolder } from '../models/loaders.ts';
import type { PointedFault } from '../shared/pointer.ts';
import { convertUi } from './convertUi.ts';
import { type FindDefinition, readDefault } from './definitions.ts';
import type { ImportedGraph } from './importedGraph.ts';
import { keepSavers } from './savers.ts';
import { isUiDocument, readUiDocument } from './uiDocument.ts';

type ImportResult = { imported?: ImportedGraph; faults: PointedFault[] };

/**
 * Reads a workflow as ComfyUI writes it: its API export, the body of a `POST /prompt`, the file that its page saves, or
 * what it writes into a picture, which is both (`{ prompt, workflow }`). Services that run ComfyUI wrap an export once
 * more (`{ input: { workflow } }`).
 * @returns faults with pointers into the document; never throws for what the document holds.
 */
export function importDocument(value: unknown, findDefinition: FindDefinition): ImportResult {
  if (!isRecord(value)) return { faults: [{ pointer: '', message: 'A workflow is an object of nodes.' }] };
  if (isUiDocument(value)) return importUi(value, findDefinition, '');
  const { prompt, workflow, input } = value;
  if (isRecord(input) && !('class_type' in input))
    return below('/input', importDocument(input, findDefinition));
  const page = isRecord(workflow) ? workflow : readPageOf(value);
  if (isRecord(prompt) && !('class_type' in prompt)) {
    if (isUiDocument(prompt)) return importUi(prompt, findDefinition, '/prompt');
    const result = importApi(prompt, findDefinition, '/prompt');
    return result.imported
      ? { ...result, imported: withNames(result.imported, page, findDefinition) }
      : result;
  }
  if (isRecord(workflow) && !('class_type' in workflow))
    return isUiDocument(workflow)
      ? importUi(workflow, findDefinition, '/workflow')
      : importApi(workflow, findDefinition, '/workflow');
  return importApi(value, findDefinition, '');
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What was read in a part of a document, with that part's place. */
function below(place: string, { imported, faults }: ImportResult): ImportResult {
  const moved = faults.map(({ pointer, message }) => ({ pointer: place + pointer, message }));
  if (!imported) return { faults: moved };
  const { placeOf } = imported;
  return { imported: { ...imported, placeOf: (pointer) => place + placeOf(pointer) }, faults: moved };
}

/** The page sends its own document along with what it queues. */
function readPageOf({ extra_data: extra }: Record<string, unknown>): Record<string, unknown> | undefined {
  const info = isRecord(extra) ? extra.extra_pnginfo : undefined;
  return isRecord(info) && isRecord(info.workflow) ? info.workflow : undefined;
}

function importUi(
  value: Record<string, unknown>,
  findDefinition: FindDefinition,
  place: string,
): ImportResult {
  const below = (faults: readonly PointedFault[]) =>
    faults.map(({ pointer, message }) => ({ pointer: place + pointer, message }));
  const { document, faults } = readUiDocument(value);
  if (!document) return { faults: below(faults) };
  const { imported, faults: unconverted } = convertUi(document, findDefinition);
  if (!imported) return { faults: below(unconverted) };
  const parsed = parseGraph(imported.graph);
  if (parsed.faults.length > 0) {
    return {
      faults: parsed.faults.map(({ pointer, message }) => ({
        pointer: place + imported.placeOf(pointer),
        message: `${lastSteps(pointer)}${message}`,
      })),
    };
  }
  return {
    imported: {
      ...imported,
      graph: parsed.graph,
      placeOf: (pointer) => place + imported.placeOf(pointer),
    },
    faults: [],
  };
}

/** The page's own format keeps values in lists without names: the name goes into the sentence. */
function lastSteps(pointer: string): string {
  const [, , kind, input] = pointer.split('/');
  return kind === 'inputs' && input !== undefined ? `Field “${input}”: ` : '';
}

function importApi(
  value: Record<string, unknown>,
  findDefinition: FindDefinition,
  place: string,
): ImportResult {
  const parsed = parseGraph(value);
  if (parsed.faults.length > 0)
    return { faults: parsed.faults.map((fault) => ({ ...fault, pointer: place + fault.pointer })) };
  const graph: Graph = { ...parsed.graph };
  const filled = fillDefaults(graph, findDefinition);
  const { notes, faults } = keepSavers(graph, findDefinition);
  if (faults.length > 0)
    return { faults: faults.map((fault) => ({ ...fault, pointer: place + fault.pointer })) };
  const needed = findNeeded(graph, findOutputs(graph));
  const nodes = Object.entries(parsed.graph);
  return {
    imported: {
      graph: Object.fromEntries(Object.entries(graph).filter(([id]) => needed.has(id))),
      title: undefined,
      description: undefined,
      asked: undefined,
      groups: [],
      leftOut: nodes.flatMap(([node, { class_type: classType }]) =>
        needed.has(node) ? [] : [{ node, classType }],
      ),
      notes: [...filled, ...notes],
      placeOf: (pointer) => place + pointer,
    },
    faults: [],
  };
}

/**
 * Older exports lack inputs that a class got since then: they get what ComfyUI's page puts there. Files are never
 * guessed.
 */
function fillDefaults(graph: Graph, findDefinition: FindDefinition): string[] {
  const filled: string[] = [];
  for (const [id, node] of Object.entries(graph)) {
    const definition = findDefinition(node.class_type);
    for (const [name, input] of definition ? expandInputs(definition.inputs, node.inputs) : []) {
      const isFile = findModelFolder(node.class_type, name) !== undefined;
      if (!input.isRequired || Object.hasOwn(node.inputs, name) || isFile || input.isSocketOnly) continue;
      const value = readDefault(input);
      if (value === undefined) continue;
      graph[id] = { ...node, inputs: { ...graph[id]?.inputs, [name]: value } };
      filled.push(
        `Node ${id} (${node.class_type}) lacked “${name}”: it is ${JSON.stringify(value)} now, as in a new node.`,
      );
    }
  }
  return filled;
}

/** What was queued says best what runs; the page's document beside it says what its author calls things. */
function withNames(
  imported: ImportedGraph,
  page: Record<string, unknown> | undefined,
  findDefinition: FindDefinition,
): ImportedGraph {
  const named = page && isUiDocument(page) ? importUi(page, findDefinition, '').imported : undefined;
  if (!named) return imported;
  const isThere = (path: string) => {
    const { inputs } = imported.graph[path.slice(0, path.indexOf('.'))] ?? { inputs: {} };
    return Object.hasOwn(inputs, path.slice(path.indexOf('.') + 1));
  };
  return {
    ...imported,
    title: named.title,
    description: named.description,
    groups: named.groups.map((paths) => paths.filter(isThere)),
    asked: named.asked && {
      ...named.asked,
      fields: named.asked.fields.map((field) => ({ ...field, paths: field.paths.filter(isThere) })),
    },
  };
}
