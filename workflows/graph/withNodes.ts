import type { Graph } from './graph.ts';
import { isLink } from './graphEditor.ts';

/**
 * The same graph with other nodes in the place of some, for a model that loads or samples in another way. What the binding
 * names stays: `defineWorkflow` looks whether it is there.
 * @param links which output stands for one that is gone: `node.output` of each
 */
export function withNodes<const G extends object>(
  graph: G,
  nodes: Graph,
  links: Readonly<Record<string, readonly [node: string, output: number]>>,
): G {
  const kept = Object.entries({ ...(graph as unknown as Graph), ...nodes });
  const relinked = kept.map(([id, node]) => {
    const inputs = Object.entries(node.inputs).map(([name, value]) => {
      const other = isLink(value) ? links[`${value[0]}.${value[1]}`] : undefined;
      return [name, other ? [...other] : value] as const;
    });
    return [id, { ...node, inputs: Object.fromEntries(inputs) }] as const;
  });
  return Object.fromEntries(relinked) as unknown as G;
}
