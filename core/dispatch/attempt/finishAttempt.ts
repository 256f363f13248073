import { backoffMs, retryWrite } from '../../db/retryWrite.ts';
import {
  completeTask,
  failTask,
  type NewOutput,
  requeueTask,
} from '../../tasks/attempt/attemptTransitions.ts';
import type { Attempt, AttemptDeps } from './attempt.ts';
import type { Blame, Decision, Elsewhere } from './classifyOutcome.ts';
import type { Followed } from './followPrompt.ts';

/**
 * How an attempt ended for its owner. `released`: its task had ended without it. `left`: the task or the backend is
 * somebody else's now, and nothing was written.
 */
export type AttemptEnd =
  | { kind: 'succeeded'; userId: string; outputs: readonly NewOutput[] }
  | { kind: 'failed' }
  | { kind: 'elsewhere'; userId: string; blame: Blame }
  | { kind: 'released' }
  | { kind: 'left' };

/** Grows with the failures, so that a passing fault has time to pass. */
const retryAfterMs = [1_000, 2_000, 10_000];
const longestRetryMs = 60_000;

/** Grows with the attempts too: what counts as nobody's failure may come again without end, and then comes slowly. */
const retryPauseMs = (failures: number, attempt: number): number =>
  Math.max(retryAfterMs[failures] ?? 10_000, backoffMs(attempt, longestRetryMs));

/**
 * What is not the task's failure may be met by it at every try: an upload that is always cut off, a stranger who always
 * interrupts. After so many attempts, most of an hour, it counts all the same, so that nothing is tried for ever.
 */
const patientAttempts = 50;

export const isFailure = (decision: Elsewhere, attempt: number): boolean =>
  decision.countsAsFailure || (attempt >= patientAttempts && !decision.neverCounts);

export async function complete(
  deps: AttemptDeps,
  attempt: Attempt,
  outputs: readonly NewOutput[],
  ran: Followed['ran'],
): Promise<AttemptEnd> {
  const { fence, task, signals } = attempt;
  const isOurs = await retryWrite(deps, () => completeTask(deps, fence, outputs), signals.left);
  if (!isOurs) return { kind: 'left' };
  tell(deps);
  const { workflowName: workflow, workUnits } = task;
  if (ran) deps.runTimes.learn({ workflow, backendId: fence.backendId }, { ...ran, workUnits });
  return { kind: 'succeeded', userId: task.userId, outputs };
}

export async function fail(
  deps: Pick<AttemptDeps, 'database' | 'clock' | 'logger' | 'wakeSignals'>,
  { fence, signals }: Pick<Attempt, 'fence' | 'signals'>,
  decision: Extract<Decision, { kind: 'fail' }>,
): Promise<AttemptEnd> {
  const isOurs = await retryWrite(
    deps,
    () => failTask(deps, fence, decision.error, decision.fault),
    signals.left,
  );
  if (isOurs) tell(deps);
  return { kind: isOurs ? 'failed' : 'left' };
}

export async function sendElsewhere(
  deps: AttemptDeps,
  { fence, task, signals }: Pick<Attempt, 'fence' | 'task' | 'signals'>,
  decision: Elsewhere,
  afterMs = decision.retryAfterMs ?? retryPauseMs(task.failures, fence.attempt),
): Promise<AttemptEnd> {
  const { fault, blame, error } = decision;
  const countsAsFailure = isFailure(decision, fence.attempt);
  const notBefore = new Date(deps.clock.now().getTime() + afterMs);
  const requeue = { fault, countsAsFailure, error, notBefore };
  const result = await retryWrite(deps, () => requeueTask(deps, fence, requeue), signals.left);
  deps.logger.warn({ ...fence, fault, countsAsFailure, result }, 'an attempt did not succeed');
  if (result === 'lost') return { kind: 'left' };
  const { id: taskId, userId, apiKeyId } = task;
  if (result === 'queued') deps.progress.restart({ taskId, userId, apiKeyId, attempt: fence.attempt });
  tell(deps);
  return { kind: 'elsewhere', userId, blame };
}

/** The relay has an event, and the leader a free slot. */
function tell({ wakeSignals }: Pick<AttemptDeps, 'wakeSignals'>): void {
  wakeSignals.send('outbox');
  wakeSignals.send('slots');
}
