import type { Graph } from '@star-graph/workflows/graph/graph';

/** Ids of the nodes that nothing takes from: what saves or shows something. */
export function findEnds(graph: Graph): string[] {
  const taken = new Set(
    Object.values(graph).flatMap(({ inputs }) =>
      Object.values(inputs).flatMap((value) => (Array.isArray(value) ? [String(value[0])] : [])),
    ),
  );
  return Object.keys(graph).filter((id) => !taken.has(id));
}
