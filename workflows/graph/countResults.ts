import { findNode, type Graph, type GraphNode } from './graph.ts';
import { isLink } from './graphEditor.ts';

/** They make one film or animation of all pictures. */
const joining = new Set(['SaveAnimatedPNG', 'SaveAnimatedWEBP', 'SaveVideo', 'SaveWEBM', 'CreateVideo']);
/** What comes in at several inputs is one batch afterwards. */
const adding = new Set(['ImageBatch', 'LatentBatch', 'BatchImagesNode', 'BatchLatentsNode']);
/** How many pictures a node makes, or makes of each that it is given. */
const counting = ['batch_size', 'amount'] as const;
const countedUpTo = 1_000_000;
/** They make pictures of nothing; `length` counts the frames of a film that is not joined yet. */
const isSource = ({ class_type: classType }: GraphNode): boolean => classType.startsWith('Empty');

/**
 * How many pictures and films a graph makes, as far as it says so: batches multiply along its links. What a node computes,
 * and how many frames a film has, is only known when it ran.
 */
export function countResults(graph: Graph, outputs: readonly string[]): number {
  const counted = new Map<string, number>();
  const numberAt = (node: GraphNode, input: string): number => {
    const value = node.inputs[input];
    const said = isLink(value) ? findNode(graph, value[0])?.inputs.value : value;
    return typeof said === 'number' && said > 1 ? said : 1;
  };
  const countAt = (id: string): number => {
    const known = counted.get(id);
    if (known !== undefined) return known;
    // A circle, which is refused elsewhere.
    counted.set(id, 1);
    const node = findNode(graph, id);
    if (!node) return 1;
    const given = Object.values(node.inputs).flatMap((value) => (isLink(value) ? [countAt(value[0])] : []));
    const batch = adding.has(node.class_type)
      ? given.reduce((sum, one) => sum + one, 0)
      : Math.max(1, ...given);
    const frames = isSource(node) ? numberAt(node, 'length') : 1;
    const own = counting.reduce((product, input) => product * numberAt(node, input), batch * frames);
    const count = joining.has(node.class_type) ? 1 : Math.min(own, countedUpTo);
    counted.set(id, count);
    return count;
  };
  return outputs.reduce((sum, id) => sum + countAt(id), 0);
}
