import { createHash } from 'node:crypto';
import { stringifyJson } from '../json.ts';
import { type Graph, parseLink } from './graph.ts';

/**
 * The identity of a node's result: its class, its literal inputs, what `IS_CHANGED` says, and the same of
 * everything above it. Node ids do not enter, so a graph with renumbered nodes hits the same results.
 */
export function createCacheKeys(
  graph: Graph,
  changeMarkOf: (nodeId: string) => string | null,
): (nodeId: string) => string {
  const keys = new Map<string, string>();
  const keyOf = (nodeId: string): string => {
    const known = keys.get(nodeId);
    if (known !== undefined) return known;
    const node = graph[nodeId];
    if (!node) return `missing ${nodeId}`;
    // A cycle in a branch that was left out must not recurse for ever; it never runs, so any mark will do.
    keys.set(nodeId, `cycle ${nodeId}`);
    const inputs = Object.keys(node.inputs)
      .sort()
      .map((name) => {
        const value = node.inputs[name];
        const link = parseLink(value);
        return [name, link ? { link: keyOf(link[0]), output: link[1] } : value];
      });
    const identity = stringifyJson([node.class_type, changeMarkOf(nodeId), inputs]);
    const key = createHash('sha1').update(identity).digest('base64');
    keys.set(nodeId, key);
    return key;
  };
  return keyOf;
}
