import type { Graph } from '@star-graph/workflows/graph/graph';
import { findModels } from '@star-graph/workflows/models/loaders';
import { retryWrite } from '../../../db/retryWrite.ts';
import { recordFailure } from '../../../tasks/attempt/recordFailure.ts';
import type { AssignedAttempt, AttemptDeps } from '../attempt.ts';
import type { AttemptOutcome } from '../decision.ts';
import type { FailedModels } from './classifyOutcome.ts';
import { suspectModels } from './suspectModels.ts';

/** Records a node's error for administrators before the attempt ends. */
export async function recordNodeError(
  deps: AttemptDeps,
  { fence, signals }: Pick<AssignedAttempt, 'fence' | 'signals'>,
  outcome: AttemptOutcome,
  graph: Graph,
): Promise<FailedModels | undefined> {
  if (outcome.kind !== 'failed') return undefined;
  const { nodeId, nodeType, message } = outcome.failure;
  const loaded = findModels(graph);
  const models = loaded.map(({ folder, name }) => `${folder}/${name}`);
  const record = { ...(nodeId && { nodeId }), ...(nodeType && { nodeType }), message, models };
  await retryWrite(deps, () => recordFailure(deps, fence, record), signals.left);
  return { loaded, suspects: suspectModels(graph, outcome.failure) };
}
