/** A link to another node's output: `[nodeId, outputIndex]`. */
export type GraphLink = readonly [nodeId: string, outputIndex: number];

export interface GraphNode {
  class_type: string;
  inputs: Record<string, unknown>;
  _meta?: { title?: string };
}

/** A graph in ComfyUI's API format, ready for `POST /prompt`; keys are node ids. */
export type Graph = Record<string, GraphNode>;
