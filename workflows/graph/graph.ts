/** A link to another node's output: `[nodeId, outputIndex]`. */
export type GraphLink = readonly [nodeId: string, outputIndex: number];

export interface GraphNode {
  class_type: string;
  inputs: Record<string, unknown>;
  _meta?: { title?: string };
}

/** A graph in ComfyUI's API format, ready for `POST /prompt`; keys are node ids. */
export type Graph = Record<string, GraphNode>;

/** The node, unless the id is one of JavaScript's own properties: ids of imported graphs are untrusted. */
export function findNode(graph: Graph, id: string): GraphNode | undefined {
  return Object.hasOwn(graph, id) ? graph[id] : undefined;
}
