import type { Graph, GraphNode } from '../graph/graph.ts';
import { isLink } from '../graph/graphEditor.ts';
import { type PointedFault, toPointer } from '../shared/pointer.ts';

const graphLimits = { nodes: 200, inputsPerNode: 64, textCharacters: 40_000 } as const;

/** Ids as ComfyUI writes them: numbers, with the ids of enclosing subgraphs before a colon. */
const nodeId = /^[A-Za-z0-9][A-Za-z0-9:_-]{0,63}$/;

/** Widgets of ComfyUI's page and of well-known packs that are exported beside the inputs; the server ignores them. */
const pageWidgets = new Set([
  ...['upload', 'choose file to upload', 'control_after_generate', 'rgthree_comparer'],
]);

const howToExport =
  'This is the format that ComfyUI’s page saves. POST /api/admin/workflows/propose reads it and answers with a ' +
  'manifest; or export the graph in ComfyUI with Workflow → Export (API).';

interface ParsedGraph {
  graph: Graph;
  faults: PointedFault[];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The body of `POST /prompt`, as tools that record it save it. */
const isPromptBody = (value: Record<string, unknown>): value is { prompt: Record<string, unknown> } =>
  isRecord(value.prompt) && !('class_type' in value.prompt);

const isUiFormat = (value: Record<string, unknown>): boolean => Array.isArray(value.nodes);

/**
 * Reads a graph in ComfyUI's API format from outside. Checks only the shape, not classes, links and values. The
 * result holds the readable nodes; pointers start at the graph.
 */
export function parseGraph(value: unknown): ParsedGraph {
  const refuse = (message: string): ParsedGraph => ({ graph: {}, faults: [{ pointer: '', message }] });
  if (!isRecord(value)) return refuse('A graph is an object of nodes by id.');
  if (isUiFormat(value)) return refuse(howToExport);
  if (isPromptBody(value))
    return refuse(
      'This is the body of a request to ComfyUI. The graph is what stands under "prompt"; give that.',
    );
  const entries = Object.entries(value);
  if (entries.length === 0) return refuse('The graph has no nodes.');
  // Before the nodes are read: the limit keeps that cheap.
  if (entries.length > graphLimits.nodes) {
    return refuse(`The graph has ${entries.length} nodes; it may have at most ${graphLimits.nodes}.`);
  }
  const faults: PointedFault[] = [];
  const nodes: [string, GraphNode][] = [];
  for (const [id, node] of entries) {
    if (!nodeId.test(id)) {
      const message = 'A node id is made of letters, digits, ":", "_" and "-", 64 at most.';
      faults.push({ pointer: toPointer(id), message });
      continue;
    }
    const parsed = parseNode(node);
    faults.push(...parsed.faults.map((fault) => ({ ...fault, pointer: toPointer(id) + fault.pointer })));
    if (parsed.node) nodes.push([id, parsed.node]);
  }
  return { graph: Object.fromEntries(nodes), faults };
}

function parseNode(node: unknown): { node?: GraphNode; faults: PointedFault[] } {
  if (!isRecord(node)) return { faults: [{ pointer: '', message: 'A node is an object.' }] };
  const { class_type: classType, inputs, _meta: meta } = node;
  if (typeof classType !== 'string' || classType === '' || classType.length > 200) {
    return { faults: [{ pointer: '/class_type', message: 'A node names its class.' }] };
  }
  if (!isRecord(inputs)) {
    return { faults: [{ pointer: '/inputs', message: 'A node has an object of inputs.' }] };
  }
  // A program that leaves an optional input out may write null, which ComfyUI takes for nothing.
  const entries = Object.entries(inputs).filter(
    ([input, value]) => value !== null && !pageWidgets.has(input),
  );
  if (entries.length > graphLimits.inputsPerNode) {
    const message = `A node may have at most ${graphLimits.inputsPerNode} inputs.`;
    return { faults: [{ pointer: '/inputs', message }] };
  }
  const faults = entries.flatMap(([input, value]) => {
    const message = findValueFault(value);
    return message ? [{ pointer: toPointer('inputs', input), message }] : [];
  });
  const title = isRecord(meta) && typeof meta.title === 'string' ? meta.title.slice(0, 200) : undefined;
  return {
    node: {
      class_type: classType,
      inputs: Object.fromEntries(entries),
      ...(title !== undefined && { _meta: { title } }),
    },
    faults,
  };
}

function findValueFault(value: unknown): string | undefined {
  if (typeof value === 'boolean' || Number.isFinite(value)) return undefined;
  if (typeof value === 'string') {
    return value.length <= graphLimits.textCharacters
      ? undefined
      : `A text may have at most ${graphLimits.textCharacters} characters.`;
  }
  if (isLink(value) && Number.isInteger(value[1]) && value[1] >= 0) return undefined;
  if (isRecord(value)) return findDataFault(value);
  return 'An input is a text, a number, true or false, a link [node id, output index], or a field’s values by name.';
}

const dataLimits = { depth: 4, entries: 200 } as const;

/** Some fields of ComfyUI's page hold values by name, such as a curve its points. */
function findDataFault(value: Record<string, unknown>): string | undefined {
  if (isPlainData(value, dataLimits.depth) && JSON.stringify(value).length <= graphLimits.textCharacters)
    return undefined;
  return `A field's values may be ${dataLimits.depth} levels deep, with ${dataLimits.entries} entries in each and ${graphLimits.textCharacters} characters in all.`;
}

function isPlainData(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  const entries = Object.values(value);
  return (
    levels > 0 && entries.length <= dataLimits.entries && entries.every((one) => isPlainData(one, levels - 1))
  );
}
