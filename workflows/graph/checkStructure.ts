import { findNode, type Graph } from './graph.ts';
import { isLink } from './graphEditor.ts';

/** Faults of a graph that need no inventory: dangling links and cycles, one sentence each. */
export function checkStructure(graph: Graph): string[] {
  const faults: string[] = [];
  for (const [id, node] of Object.entries(graph)) {
    for (const [input, value] of Object.entries(node.inputs)) {
      if (isLink(value) && !findNode(graph, value[0])) {
        faults.push(
          `input "${input}" of node "${id}" is linked to node "${value[0]}", which the graph lacks`,
        );
      }
    }
  }
  const cycle = findCycle(graph);
  if (cycle) faults.push(`nodes ${cycle.join(' → ')} form a cycle`);
  return faults;
}

const linkedNodes = (graph: Graph, id: string): string[] =>
  Object.values(findNode(graph, id)?.inputs ?? {}).flatMap((value) => (isLink(value) ? [value[0]] : []));

/**
 * The ids along one cycle, first repeated at the end; undefined when there is none. Iterative, since a graph from
 * outside may be as deep as it is long.
 */
export function findCycle(graph: Graph): string[] | undefined {
  const done = new Set<string>();
  for (const start of Object.keys(graph)) {
    const path: { id: string; rest: string[] }[] = [];
    const onPath = new Set<string>();
    const enter = (id: string): void => {
      path.push({ id, rest: linkedNodes(graph, id) });
      onPath.add(id);
    };
    if (!done.has(start)) enter(start);
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const next = top.rest.pop();
      if (next === undefined) {
        path.pop();
        onPath.delete(top.id);
        done.add(top.id);
      } else if (onPath.has(next)) {
        const ids = path.map(({ id }) => id);
        return [...ids.slice(ids.indexOf(next)), next];
      } else if (!done.has(next)) {
        enter(next);
      }
    }
  }
  return undefined;
}
