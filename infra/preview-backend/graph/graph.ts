import type { Json } from '../json.ts';

/** A graph in API format, as it was posted (values may have been coerced by validation). */
export interface GraphNode {
  class_type: string;
  inputs: { [name: string]: Json };
}
export type Graph = { [nodeId: string]: GraphNode };

/** A link: the id of another node and the index of its output. */
export type Link = [nodeId: string, outputIndex: number];

/** As ComfyUI's `is_link`: a pair of a string and a number. Anything else is a literal value. */
export function parseLink(value: Json | undefined): Link | null {
  if (!Array.isArray(value) || value.length !== 2) return null;
  const [nodeId, outputIndex] = value;
  return typeof nodeId === 'string' && typeof outputIndex === 'number' ? [nodeId, outputIndex] : null;
}

/** The links of a node in the order of its inputs. */
export function linksOf(node: GraphNode): Link[] {
  const links: Link[] = [];
  for (const value of Object.values(node.inputs)) {
    const link = parseLink(value);
    if (link) links.push(link);
  }
  return links;
}
