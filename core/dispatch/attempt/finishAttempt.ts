import { pauseAfter, persist } from '../../db/retryWrite.ts';
import { completeTask, failTask, type NewOutput, requeueTask } from '../../tasks/attemptTransitions.ts';
import type { Attempt, AttemptDeps } from './attempt.ts';
import type { Blame, Elsewhere, Verdict } from './classifyOutcome.ts';
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
  Math.max(retryAfterMs[failures] ?? 10_000, pauseAfter(attempt, longestRetryMs));

/**
 * What is not the task's failure may be met by it at every try: an upload that is always cut off, a stranger who always
 * interrupts. After so many attempts, most of an hour, it counts all the same, so that nothing is tried for ever.
 */
const patientAttempts = 50;

export const isFailure = (verdict: Elsewhere, attempt: number): boolean =>
  verdict.countsAsFailure || (attempt >= patientAttempts && !verdict.neverCounts);

export async function complete(
  deps: AttemptDeps,
  attempt: Attempt,
  outputs: readonly NewOutput[],
  ran: Followed['ran'],
): Promise<AttemptEnd> {
  const { fence, task, signals } = attempt;
  const isOurs = await persist(deps, () => completeTask(deps, fence, outputs), signals.left);
  if (!isOurs) return { kind: 'left' };
  tell(deps);
  const { workflowName: workflow, workUnits } = task;
  if (ran) deps.runTimes.learn({ workflow, backendId: fence.backendId }, { ...ran, workUnits });
  return { kind: 'succeeded', userId: task.userId, outputs };
}

export async function fail(
  deps: Pick<AttemptDeps, 'database' | 'clock' | 'logger' | 'bell'>,
  { fence, signals }: Pick<Attempt, 'fence' | 'signals'>,
  verdict: Extract<Verdict, { kind: 'fail' }>,
): Promise<AttemptEnd> {
  const isOurs = await persist(deps, () => failTask(deps, fence, verdict.error, verdict.fault), signals.left);
  if (isOurs) tell(deps);
  return { kind: isOurs ? 'failed' : 'left' };
}

export async function sendElsewhere(
  deps: AttemptDeps,
  { fence, task, signals }: Pick<Attempt, 'fence' | 'task' | 'signals'>,
  verdict: Elsewhere,
  afterMs = verdict.retryAfterMs ?? retryPauseMs(task.failures, fence.attempt),
): Promise<AttemptEnd> {
  const { fault, blame, error } = verdict;
  const countsAsFailure = isFailure(verdict, fence.attempt);
  const notBefore = new Date(deps.clock.now().getTime() + afterMs);
  const requeue = { fault, countsAsFailure, error, notBefore };
  const result = await persist(deps, () => requeueTask(deps, fence, requeue), signals.left);
  deps.logger.warn({ ...fence, fault, countsAsFailure, result }, 'an attempt did not succeed');
  if (result === 'lost') return { kind: 'left' };
  const { id: taskId, userId, apiKeyId } = task;
  if (result === 'queued') deps.progress.restart({ taskId, userId, apiKeyId, attempt: fence.attempt });
  tell(deps);
  return { kind: 'elsewhere', userId, blame };
}

/** The relay has an event, and the leader a free slot. */
function tell({ bell }: Pick<AttemptDeps, 'bell'>): void {
  bell.ring('outbox');
  bell.ring('slots');
}
