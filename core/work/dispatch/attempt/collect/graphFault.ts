import type { ExecutionFailure } from '../../../../comfy/comfy.ts';
import type { AssignedAttempt } from '../attempt.ts';
import type { AttemptOutcome, GraphFault } from '../decision.ts';

/**
 * What a graph does to itself. The other failures are a server's: too little memory, a damaged file, what only a broken
 * machine gives.
 */
const ofGraph: ReadonlySet<ExecutionFailure['reason']> = new Set([
  ...(['request', 'model-unsuited', 'models-clash', 'node-error', 'no-output'] as const),
]);

/** Only a person's own graph has a price for its time. */
export const isOwnGraph = ({ workflow, task }: Pick<AssignedAttempt, 'workflow' | 'task'>): boolean =>
  workflow.mostSeconds?.(task.params) !== undefined;

/**
 * @param isRepeated an earlier attempt failed in the same way
 * @returns undefined where a server may be at fault, and for workflows, whose failures are the platform's to mend. Nobody's own
 * graph proves a model unfit for others: it may load a good file in a wrong way.
 */
export function findGraphFault(
  attempt: Pick<AssignedAttempt, 'workflow' | 'task'>,
  outcome: AttemptOutcome,
  isRepeated = false,
): GraphFault | undefined {
  if (outcome.kind !== 'failed' || !isOwnGraph(attempt)) return undefined;
  const { failure } = outcome;
  // Too little memory is a server's fault once. Twice the graph has used the time, and would again.
  const isOfGraph = ofGraph.has(failure.reason) || (isRepeated && failure.reason === 'out-of-memory');
  if (!isOfGraph) return undefined;
  return { kind: 'graph-fault', failure, fault: `${failure.nodeType ?? 'execution'}: ${failure.message}` };
}
