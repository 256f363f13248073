import { findNode, type Graph, type GraphLink, type GraphNode } from './graph.ts';

type NodeWithInputs = { inputs: object };

/** Ids of the nodes of a graph whose JSON was imported, as literal types. */
export type NodeId<G> = Extract<keyof G, string>;

/** `nodeId.input` for every input of a graph that holds a value of type V (a link where V is a list). */
export type InputPath<G, V = unknown> = {
  [N in NodeId<G>]: G[N] extends NodeWithInputs
    ? {
        [I in Extract<keyof G[N]['inputs'], string>]: V extends G[N]['inputs'][I]
          ? `${N}.${I}`
          : unknown extends V
            ? `${N}.${I}`
            : never;
      }[Extract<keyof G[N]['inputs'], string>]
    : never;
}[NodeId<G>];

/**
 * What a binding may do to its copy of the template. Nodes come from the template alone: an editor can repeat or
 * drop them, never invent a class. Nodes that no longer reach an output are pruned by `finish`, because ComfyUI
 * refuses a prompt for an unknown class even in a branch that would not run.
 */
export interface GraphEditor<G> {
  set(path: InputPath<G>, value: string | number | boolean): void;
  /** Makes an input take another node's output. */
  link(path: InputPath<G>, node: NodeId<G>, outputIndex: number): void;
  /** Drops an input that its class does not require, and, on finishing, the nodes that only it needed. */
  unlink(path: InputPath<G>): void;
  /** Drops an output node and, on finishing, the nodes that only it needed. */
  dropOutput(node: NodeId<G>): void;
  /** Takes a node out of its chain: users of output i get what the node itself received through `inputs[i]`. */
  bypass(node: NodeId<G>, inputs: readonly string[]): void;
  /**
   * Puts a copy of a node right after it in its chain: the copy takes the node's output i through `inputs[i]`, and
   * users of the node's outputs now use the copy's. Returns the copy's inputs for writing.
   */
  repeat(node: NodeId<G>, inputs: readonly string[], values: Record<string, string | number>): void;
}

/** The editor with the steps that belong to binding itself. */
interface TemplateEditor extends GraphEditor<Graph> {
  setOutputPrefix(prefix: string): void;
  finish(): Graph;
}

/** A link is a two-element list of node id and output index; our inputs have no other lists. */
export function isLink(value: unknown): value is GraphLink {
  return (
    Array.isArray(value) && value.length === 2 && typeof value[0] === 'string' && typeof value[1] === 'number'
  );
}

/** Splits `nodeId.input` at the first dot; ComfyUI's input names may hold dots, exported node ids do not. */
export function parseInputPath(path: string): { node: string; input: string } {
  const dot = path.indexOf('.');
  return { node: path.slice(0, dot), input: path.slice(dot + 1) };
}

/**
 * Ids of the nodes that save files. ComfyUI's savers all take a `filename_prefix`, and a node without one could write
 * into other tasks' files.
 */
export function findOutputs(graph: Graph): string[] {
  return Object.keys(graph).filter((id) => 'filename_prefix' in (graph[id]?.inputs ?? {}));
}

function copyNode(node: GraphNode): GraphNode {
  return { ...node, inputs: { ...node.inputs } };
}

/** Starts editing a copy of a template; the template stays as it is. */
export function createGraphEditor(template: Graph): TemplateEditor {
  const graph: Graph = Object.fromEntries(
    Object.entries(template).map(([id, node]) => [id, copyNode(node)] as const),
  );
  const outputs = new Set(findOutputs(template));
  let lastId = Math.max(0, ...Object.keys(graph).map(Number).filter(Number.isInteger));
  const lastOfChain = new Map<string, string>();

  const requireNode = (id: string): GraphNode => {
    const node = findNode(graph, id);
    if (!node) throw new Error(`the graph has no node "${id}"`);
    return node;
  };
  const requireInput = (path: string): { node: GraphNode; input: string } => {
    const { node: id, input } = parseInputPath(path);
    const node = requireNode(id);
    if (!Object.hasOwn(node.inputs, input))
      throw new Error(`node "${id}" (${node.class_type}) has no input "${input}"`);
    return { node, input };
  };
  const reroute = (from: string, to: (outputIndex: number) => GraphLink): void => {
    for (const node of Object.values(graph)) {
      for (const [input, value] of Object.entries(node.inputs)) {
        if (isLink(value) && value[0] === from) node.inputs[input] = to(value[1]);
      }
    }
  };

  return {
    set(path, value) {
      const { node, input } = requireInput(path);
      node.inputs[input] = value;
    },
    link(path, id, outputIndex) {
      requireNode(id);
      const { node, input } = requireInput(path);
      node.inputs[input] = [id, outputIndex];
    },
    unlink(path) {
      const { node, input } = requireInput(path);
      delete node.inputs[input];
    },
    dropOutput(id) {
      requireNode(id);
      outputs.delete(id);
    },
    bypass(id, inputs) {
      const node = requireNode(id);
      reroute(id, (outputIndex) => {
        const link = node.inputs[inputs[outputIndex] ?? ''];
        if (!isLink(link))
          throw new Error(`output ${outputIndex} of node "${id}" has no input to stand for it`);
        return link;
      });
    },
    repeat(id, inputs, values) {
      const tail = lastOfChain.get(id) ?? id;
      const copy = copyNode(requireNode(tail));
      lastId += 1;
      const copyId = String(lastId);
      reroute(tail, (outputIndex) => [copyId, outputIndex]);
      for (const [outputIndex, input] of inputs.entries()) copy.inputs[input] = [tail, outputIndex];
      Object.assign(copy.inputs, values);
      graph[copyId] = copy;
      lastOfChain.set(id, copyId);
    },
    setOutputPrefix(prefix) {
      for (const node of Object.values(graph)) {
        if ('filename_prefix' in node.inputs) node.inputs.filename_prefix = prefix;
      }
    },
    finish() {
      return pruneUnreachable(graph, outputs);
    },
  };
}

/** Ids of the nodes that these need, including themselves and nodes that a link names and the graph lacks. */
export function findNeeded(graph: Graph, outputs: Iterable<string>): Set<string> {
  const needed = new Set<string>();
  const open = [...outputs];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (needed.has(id)) continue;
    needed.add(id);
    const values = Object.values(findNode(graph, id)?.inputs ?? {});
    for (const value of values) if (isLink(value)) open.push(value[0]);
  }
  return needed;
}

/** Keeps what the outputs need, in the template's order. */
function pruneUnreachable(graph: Graph, outputs: Iterable<string>): Graph {
  const reachable = findNeeded(graph, outputs);
  for (const id of reachable)
    if (!findNode(graph, id)) throw new Error(`a link leads to node "${id}", which the graph lacks`);
  return Object.fromEntries(Object.entries(graph).filter(([id]) => reachable.has(id)));
}
