import type { ModelRequirement } from '@star-graph/workflows';
import { findNode, type Graph } from '@star-graph/workflows/graph/graph';
import { findNeeded } from '@star-graph/workflows/graph/graphEditor';
import { findModels } from '@star-graph/workflows/models/loaders';
import type { ExecutionFailure } from '../../../../comfy/comfy.ts';

/**
 * The model files that a failed node proves unfit (together, if there are several); empty if it proves nothing. One
 * person's choice must not block a model for all users, so only certain cases count: a loader that cannot read its
 * file, or files combined in a node whose weights do not fit. A single file that fails in a later node is not
 * certain: it may work in another graph.
 */
export function suspectModels(
  graph: Graph,
  { reason, nodeId }: Pick<ExecutionFailure, 'reason' | 'nodeId'>,
): ModelRequirement[] {
  const node = nodeId === undefined ? undefined : findNode(graph, nodeId);
  if (nodeId === undefined || !node) return [];
  const own = findModels({ [nodeId]: node });
  if (reason === 'model-unreadable' || reason === 'model-unsuited') return own;
  if (reason !== 'models-clash') return [];
  const needed = findNeeded(graph, [nodeId]);
  const met = findModels(Object.fromEntries(Object.entries(graph).filter(([id]) => needed.has(id))));
  return met.length > 1 ? met : [];
}
