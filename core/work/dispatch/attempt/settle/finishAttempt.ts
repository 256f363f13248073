import { backoffMs } from '../../../../ground/db/retryWrite.ts';
import { workflowLabel } from '../../../../ground/telemetry/define.ts';
import { shareOf, usedOf } from '../../../../money/credits/price.ts';
import type { NewOutput } from '../../../tasks/attemptTransitions.ts';
import { countFinished } from '../../../tasks/taskMetrics.ts';
import { taskRuns } from '../../dispatcherMetrics.ts';
import type { TakenSlot } from '../../takenSlots.ts';
import { type AttemptDeps, AttemptLost, type AttemptSignals } from '../attempt.ts';
import {
  type Blame,
  type Elsewhere,
  type Fail,
  type GraphFault,
  graphFailed,
  type OutOfTime,
  outOfTime,
} from '../decision.ts';
import type { Followed } from '../run/followPrompt.ts';
import type { RunningAttempt } from '../runningAttempt.ts';

/**
 * How an attempt ended for its owner. `released`: its task had ended without it. `left`: the task or the backend has
 * another owner now, and nothing was written.
 */
export type AttemptEnd =
  | { kind: 'succeeded'; userId: string; outputs: readonly NewOutput[] }
  /** `doubtOf`: whose own graph a node refused. Where it refuses everybody's, the backend is broken after all. */
  | { kind: 'failed'; doubtOf?: string }
  /** `proof`: what it delivered proves the backend broken, in words for operators. */
  | { kind: 'elsewhere'; userId: string; blame: Blame; proof?: string }
  | { kind: 'released' }
  | { kind: 'left' };

/** Ends an attempt that may write nothing more. @throws whatever does not mean that. */
export const leaveIfLost =
  ({ left }: Pick<AttemptSignals, 'left'>) =>
  (error: unknown): AttemptEnd => {
    if (left.aborted || error instanceof AttemptLost) return { kind: 'left' };
    throw error;
  };

/** Grows with the failures, so that a temporary fault has time to pass. */
const retryAfterMs = [1_000, 2_000, 10_000];
const longestRetryMs = 60_000;

/**
 * Grows with the attempts too: an end that does not count as a failure may repeat without limit, and must then repeat
 * slowly.
 */
const retryPauseMs = (failures: number, attempt: number): number =>
  Math.max(retryAfterMs[failures] ?? 10_000, backoffMs(attempt, longestRetryMs));

/**
 * A fault that is not the task's may hit every attempt: an upload that is always cut off, another client that always
 * interrupts. After this many attempts, most of an hour, it counts as a failure, so that no task is tried for ever.
 */
const patientAttempts = 50;

export const isFailure = (decision: Elsewhere, attempt: number): boolean =>
  decision.countsAsFailure || (attempt >= patientAttempts && !decision.neverCounts);

export async function complete(
  deps: AttemptDeps,
  attempt: Pick<RunningAttempt, 'fence' | 'task' | 'workflow' | 'moves' | 'start'>,
  outputs: readonly NewOutput[],
  followed: Pick<Followed, 'ran' | 'usedSeconds'> | undefined,
): Promise<AttemptEnd> {
  const { fence, task, workflow: ofTask, moves, start } = attempt;
  const ran = followed?.ran;
  const mostSeconds = ofTask.mostSeconds?.(task.params);
  // What nobody saw is not charged.
  const usedShare = mostSeconds && (followed?.usedSeconds ?? 0) / mostSeconds;
  const beganAt = await start.handOver();
  await moves.completed(task, outputs, beganAt, usedShare);
  deps.progress.end(task.id);
  const { workflowName: workflow, workUnits } = task;
  countFinished(workflow, 'succeeded');
  if (ran) taskRuns.observe({ workflow: workflowLabel(workflow) }, ran.seconds);
  if (ran) deps.runTimes.learn({ workflow, backendId: fence.backendId }, { ...ran, workUnits });
  return { kind: 'succeeded', userId: task.userId, outputs };
}

/** @param failed `charged` is what it costs all the same; `doubtOf` as in `AttemptEnd`. */
export async function fail(
  { moves, task }: Pick<RunningAttempt, 'moves'> & Pick<TakenSlot, 'task'>,
  failed: Pick<Fail, 'error' | 'fault'> & { charged?: number; doubtOf?: string },
): Promise<AttemptEnd> {
  const { error, fault, charged, doubtOf } = failed;
  await moves.failed(error, fault, charged);
  countFinished(task?.workflowName, 'failed');
  return { kind: 'failed', ...(doubtOf !== undefined && { doubtOf }) };
}

/**
 * Paid as a success is, in the update that ends the task, but rounded down: what a graph has wrong in its first moment is
 * free, as it would be had the door found it.
 */
export function chargeGraph(
  { task, workflow }: Pick<RunningAttempt, 'task' | 'workflow'>,
  { failure, made, fault }: GraphFault,
  followed: Pick<Followed, 'usedSeconds'> | undefined,
): Parameters<typeof fail>[1] {
  const mostSeconds = workflow.mostSeconds?.(task.params) ?? Number.POSITIVE_INFINITY;
  const charged = shareOf(task.cost, ((followed?.usedSeconds ?? 0) / mostSeconds) * 100);
  const error = graphFailed({ failure, ...(made !== undefined && { made }) }, charged);
  return { error, fault, charged, ...(failure?.reason === 'node-error' && { doubtOf: task.userId }) };
}

export async function sendElsewhere(
  deps: AttemptDeps,
  { fence, task, moves }: Pick<RunningAttempt, 'fence' | 'task' | 'moves'>,
  decision: Elsewhere,
): Promise<AttemptEnd> {
  const { fault, blame, error, isLast, isProof } = decision;
  const countsAsFailure = isFailure(decision, fence.attempt);
  const afterMs = decision.retryAfterMs ?? retryPauseMs(task.failures, fence.attempt);
  const notBefore = new Date(deps.clock.now().getTime() + afterMs);
  const result = await moves.requeued({
    fault,
    countsAsFailure,
    error,
    notBefore,
    ...(isLast && { isLast }),
  });
  deps.logger.warn({ ...fence, fault, countsAsFailure, result }, 'an attempt did not succeed');
  if (result === 'failed') countFinished(task.workflowName, 'failed');
  const { id: taskId, userId, apiKeyId } = task;
  if (result === 'queued') deps.progress.restart({ taskId, userId, apiKeyId, attempt: fence.attempt });
  return { kind: 'elsewhere', userId, blame, ...(isProof && { proof: fault }) };
}

/** The task ends before its prompt is stopped: see `failOutOfTime`. */
export async function failPaid(
  deps: AttemptDeps,
  attempt: RunningAttempt,
  { usedShare }: OutOfTime,
): Promise<AttemptEnd> {
  const { task, moves } = attempt;
  const charged = usedOf(task.cost, usedShare);
  await moves.failedPaid(outOfTime(charged), charged);
  countFinished(task.workflowName, 'failed');
  await emptySlot(attempt, 'the paid time was used up');
  deps.wakeSignals.send('slots');
  return { kind: 'failed' };
}

/** The task ended before this attempt: the slot is free as soon as the prompt is removed. */
export async function emptySlot(
  { moves, remote }: Pick<RunningAttempt, 'moves' | 'remote'>,
  fault = 'the task ended without it',
): Promise<AttemptEnd> {
  await remote.remove();
  await moves.released(fault);
  return { kind: 'released' };
}
