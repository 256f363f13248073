import { type Graph, linksOf } from './graph.ts';

/**
 * The order ComfyUI runs nodes in (`ExecutionList` of comfy_execution/graph.py): nodes become pending from the
 * outputs backwards, cached ones excepted, and among those that are ready an output comes first, then what leads
 * to an output in one or two steps, then the first that became pending.
 */
export interface ExecutionOrder {
  /** The next node to run, or null when none is left. */
  next(): string | null;
  complete(nodeId: string): void;
}

export function createExecutionOrder(
  graph: Graph,
  outputs: readonly string[],
  isCached: (nodeId: string) => boolean,
  isOutput: (nodeId: string) => boolean,
): ExecutionOrder {
  const pending = new Set<string>();
  const blockCount = new Map<string, number>();
  const blocking = new Map<string, Set<string>>();

  for (const output of outputs) {
    const stack = [output];
    const edges: [from: string, to: string][] = [];
    for (let nodeId = stack.pop(); nodeId !== undefined; nodeId = stack.pop()) {
      if (pending.has(nodeId)) continue;
      pending.add(nodeId);
      blockCount.set(nodeId, 0);
      blocking.set(nodeId, new Set());
      const node = graph[nodeId];
      if (!node) continue;
      for (const [source] of linksOf(node)) {
        if (isCached(source)) continue;
        stack.push(source);
        edges.push([source, nodeId]);
      }
    }
    for (const [from, to] of edges) {
      const blocked = blocking.get(from);
      if (!blocked || blocked.has(to)) continue;
      blocked.add(to);
      blockCount.set(to, (blockCount.get(to) ?? 0) + 1);
    }
  }

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
  };
}
