import { type GraphNode, parseLink } from '../graph/graph.ts';
import type { NodeInputs, NodeValue } from '../nodes/values.ts';
import type { NodeCache } from './nodeCache.ts';

/** The values of a node's inputs; everything above it has run by now. */
export function gatherInputs(node: GraphNode, cache: Pick<NodeCache, 'find'>): NodeInputs {
  const inputs = new Map<string, NodeValue>();
  for (const [name, value] of Object.entries(node.inputs)) {
    const link = parseLink(value);
    if (!link) {
      inputs.set(name, { type: 'LITERAL', value });
      continue;
    }
    const source = cache.find(link[0])?.outputs.at(link[1]);
    if (source) inputs.set(name, source);
  }
  return inputs;
}
