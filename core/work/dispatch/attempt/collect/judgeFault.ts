import type { ExecutionFailure } from '../../../../comfy/comfy.ts';
import type { AssignedAttempt } from '../attempt.ts';
import { type AttemptOutcome, type Decision, type Elsewhere, problems } from '../decision.ts';
import type { Followed } from '../run/followPrompt.ts';
import { classifyOutcome } from './classifyOutcome.ts';
import { findGraphFault } from './graphFault.ts';
import type { RecordedFault } from './recordFault.ts';

/**
 * What to do with an attempt, in the light of the earlier ones. An error that comes twice would come for ever, and a graph
 * that two servers did not survive is given to no third.
 */
export function judgeFault(
  attempt: Pick<AssignedAttempt, 'workflow' | 'task'>,
  { outcome, hasStarted }: Pick<Followed, 'outcome' | 'hasStarted'>,
  postAnswer: Parameters<typeof classifyOutcome>[2],
  { models, isRepeated }: Pick<RecordedFault, 'models' | 'isRepeated'>,
): Decision {
  const graphFault = findGraphFault(attempt, outcome, isRepeated);
  if (graphFault) return graphFault;
  const decision = classifyOutcome(outcome, hasStarted, postAnswer, models);
  if (decision.kind !== 'elsewhere') return decision;
  const judged = isEmpty(outcome) && isOfPlatform(attempt) ? proves(decision) : decision;
  if (!isRepeated || !repeats(outcome)) return judged;
  const error = outcome.kind === 'failed' ? judged.error : problems.serversLost;
  return { ...judged, error, isLast: true };
}

const isEmpty = (outcome: AttemptOutcome): boolean =>
  outcome.kind === 'failed' && outcome.failure.reason === 'no-output';

/** A machine's own fault may be mended, or another machine's. */
const repeats = (outcome: AttemptOutcome): boolean =>
  outcome.kind === 'failed' ? !passing.has(outcome.failure.reason) : true;
const passing: ReadonlySet<ExecutionFailure['reason']> = new Set(['server-fault', 'no-output']);

/** Its graphs are known to work: where one makes nothing, or what cannot be read, the server is broken. */
export const isOfPlatform = ({ workflow }: Pick<AssignedAttempt, 'workflow'>): boolean =>
  workflow.type !== 'custom' && workflow.type !== 'graph';

export const proves = (decision: Elsewhere): Elsewhere => ({ ...decision, blame: 'backend', isProof: true });
