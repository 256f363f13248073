import { type Graph, type GraphNode, type Link, linksOf, parseLink } from './graph.ts';

/**
 * The order ComfyUI runs nodes in (`ExecutionList` of comfy_execution/graph.py): nodes become pending from the
 * outputs backwards, cached ones excepted, and among those that are ready an output comes first, then what leads
 * to an output in one or two steps, then the first that became pending.
 */
export interface ExecutionOrder {
  /** The next node to run, or null when none is left. */
  next(): string | null;
  complete(nodeId: string): void;
  /** Makes a node wait for inputs that it could have done without; false when all of them are there. */
  waitFor(nodeId: string, inputs: readonly string[]): boolean;
}

export function createExecutionOrder(
  graph: Graph,
  outputs: readonly string[],
  isCached: (nodeId: string) => boolean,
  isOutput: (nodeId: string) => boolean,
  /** Inputs that a node asks for when it knows that it needs them. */
  lazyInputs: (nodeId: string) => readonly string[],
): ExecutionOrder {
  const pending = new Set<string>();
  const blockCount = new Map<string, number>();
  const blocking = new Map<string, Set<string>>();

  const add = (start: string): void => {
    const stack = [start];
    const edges: [from: string, to: string][] = [];
    for (let nodeId = stack.pop(); nodeId !== undefined; nodeId = stack.pop()) {
      if (pending.has(nodeId)) continue;
      pending.add(nodeId);
      blockCount.set(nodeId, 0);
      blocking.set(nodeId, new Set());
      const node = graph[nodeId];
      if (!node) continue;
      for (const [source] of linksWithout(node, lazyInputs(nodeId))) {
        if (isCached(source)) continue;
        stack.push(source);
        edges.push([source, nodeId]);
      }
    }
    for (const [from, to] of edges) block(from, to);
  };
  const block = (from: string, to: string): void => {
    const blocked = blocking.get(from);
    if (!blocked || blocked.has(to)) return;
    blocked.add(to);
    blockCount.set(to, (blockCount.get(to) ?? 0) + 1);
  };
  for (const output of outputs) add(output);

  const leadsToOutput = (nodeId: string, steps: number): boolean => {
    for (const blocked of blocking.get(nodeId) ?? []) {
      if (isOutput(blocked) || (steps > 1 && leadsToOutput(blocked, steps - 1))) return true;
    }
    return false;
  };

  return {
    next() {
      const ready = [...pending].filter((nodeId) => blockCount.get(nodeId) === 0);
      return (
        ready.find(isOutput) ??
        ready.find((nodeId) => leadsToOutput(nodeId, 1)) ??
        ready.find((nodeId) => leadsToOutput(nodeId, 2)) ??
        ready[0] ??
        null
      );
    },
    complete(nodeId) {
      for (const blocked of blocking.get(nodeId) ?? []) {
        blockCount.set(blocked, (blockCount.get(blocked) ?? 1) - 1);
      }
      pending.delete(nodeId);
    },
    waitFor(nodeId, inputs) {
      const links = inputs.map((input) => parseLink(graph[nodeId]?.inputs[input]));
      const missing = links.flatMap((link) => (link && !isCached(link[0]) ? [link[0]] : []));
      for (const source of missing) {
        add(source);
        block(source, nodeId);
      }
      return missing.length > 0;
    },
  };
}

function linksWithout(node: GraphNode, inputs: readonly string[]): Link[] {
  if (inputs.length === 0) return linksOf(node);
  const kept = Object.entries(node.inputs).filter(([name]) => !inputs.includes(name));
  return linksOf({ ...node, inputs: Object.fromEntries(kept) });
}
