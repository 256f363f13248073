import { finalizeInputs } from '../graph/dynamicInputs.ts';
import { type GraphNode, parseLink } from '../graph/graph.ts';
import type { NodeClassInfo } from '../inventory/nodeClassInfo.ts';
import { NodeFailure } from '../nodes/node.ts';
import type { NodeInputs, NodeValue } from '../nodes/values.ts';
import type { NodeCache } from './nodeCache.ts';

/** The values of a node's inputs; everything above it has run by now, except what it may do without. */
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

/**
 * Fails as Python does when it calls a node: for a link that the class does not know, and for a choice with inputs of
 * its own that validation has let pass although it is missing or unknown.
 */
export function checkArguments(node: GraphNode, info: NodeClassInfo): void {
  const { required, optional } = finalizeInputs(info.input, node.inputs);
  for (const [name, value] of Object.entries(node.inputs)) {
    if (parseLink(value) && !required[name] && !optional[name] && !info.input.hidden?.[name]) {
      throw new NodeFailure('TypeError', `${call(node)} got an unexpected keyword argument '${name}'`);
    }
  }
  for (const [name, spec] of Object.entries(info.input.required ?? {})) {
    if (spec[0] === 'COMFY_DYNAMICCOMBO_V3' && !required[name]) {
      throw new NodeFailure('TypeError', `${call(node)} missing 1 required positional argument: '${name}'`);
    }
  }
}

const call = ({ class_type }: GraphNode): string => `${class_type}.execute()`;
