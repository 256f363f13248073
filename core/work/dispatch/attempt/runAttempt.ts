import type { Task } from '../../../ground/db/models/task.ts';
import { isPassing } from '../../../ground/db/retryWrite.ts';
import { logTraceOf, within } from '../../../ground/telemetry/spans.ts';
import type { Fence } from '../../tasks/ownerFence.ts';
import type { TakenSlot } from '../takenSlots.ts';
import { type AttemptDeps, AttemptLost, type AttemptSignals, Evicted } from './attempt.ts';
import { collectResult } from './collect/collectResult.ts';
import { createEarlyOutput } from './collect/earlyOutput.ts';
import { elsewhere, problems } from './decision.ts';
import { findWork } from './prepare/findWork.ts';
import { preparePrompt } from './prepare/preparePrompt.ts';
import { createRemotePrompt } from './run/remotePrompt.ts';
import { runPrompt } from './run/runPrompt.ts';
import type { RunningAttempt } from './runningAttempt.ts';
import { createAttemptMoves } from './settle/attemptMoves.ts';
import { type AttemptTrace, createAttemptTrace } from './settle/attemptTrace.ts';
import { type AttemptEnd, emptySlot, sendElsewhere } from './settle/finishAttempt.ts';
import { requeueUnstarted } from './settle/requeueUnstarted.ts';
import { settleAttempt } from './settle/settleAttempt.ts';
import { createStartRecord } from './settle/startRecord.ts';

/** The wait before an owner that lacks a workflow version is tried again. */
const untilRestartedMs = 10_000;

/**
 * Brings one attempt to its end: from the start, or from the state that an earlier owner (or this one before a
 * restart) left. It may be called again for the same slot until that slot is given back.
 * @returns how it ended; `left` when this owner may write nothing more.
 */
export async function runAttempt(
  deps: AttemptDeps,
  owner: Pick<Fence, 'owner' | 'epoch'>,
  slot: TakenSlot,
  signals: AttemptSignals,
): Promise<AttemptEnd> {
  let trace: AttemptTrace | undefined;
  const begin = (fence: Fence, task: Task): AttemptTrace => {
    trace = createAttemptTrace(deps, fence, task, slot);
    return trace;
  };
  const end = await runTraced(deps, { owner, slot, begin }, signals);
  if (end.kind !== 'left') trace?.end(end.kind);
  return end;
}

interface TracedRun {
  owner: Pick<Fence, 'owner' | 'epoch'>;
  slot: TakenSlot;
  begin(fence: Fence, task: Task): AttemptTrace;
}

async function runTraced(
  deps: AttemptDeps,
  { owner, slot, begin }: TracedRun,
  signals: AttemptSignals,
): Promise<AttemptEnd> {
  const { taskId, attempt: number, backendId } = slot;
  const fence: Fence = { taskId, attempt: number, backendId, ...owner };
  const moves = createAttemptMoves(deps, fence, signals);
  const remote = createRemotePrompt(deps, slot.promptId ?? undefined, signals.left);
  try {
    const work = await findWork(deps, fence, signals.run, slot.task);
    if (slot.isOver || !work) return await emptySlot({ moves, remote, signals });
    const { task, workflow } = work;
    const trace = begin(fence, task);
    const logger = deps.logger.child(logTraceOf(trace.context));
    if (!workflow) return await leaveToOthers(deps, { fence, task, moves, remote });
    const assigned = { fence, task, workflow, signals };
    const inTrace = { ...deps, logger };
    const start = createStartRecord(inTrace, moves, signals);
    const early = createEarlyOutput(inTrace, assigned);
    const isTakenOver = slot.promptId !== null;
    const attempt = { ...assigned, moves, remote, start, early, trace, isTakenOver };
    return await within(trace.context, () => pursue(inTrace, attempt, slot));
  } catch (error) {
    if (signals.left.aborted || error instanceof AttemptLost) return { kind: 'left' };
    if (signals.run.aborted) return await emptySlot({ moves, remote, signals });
    throw error;
  }
}

/** The stages of an attempt in their order. */
async function pursue(deps: AttemptDeps, attempt: RunningAttempt, slot: TakenSlot): Promise<AttemptEnd> {
  try {
    const prompt = await attempt.trace.stage('prepare', () => preparePrompt(deps, attempt, slot));
    const judged = 'decision' in prompt ? prompt : await runPrompt(deps, attempt, prompt);
    return await settleAttempt(deps, attempt, await collectResult(deps, attempt, judged));
  } catch (error) {
    if (isForNextOwner(attempt, error)) throw error;
    const { reason } = attempt.signals.run;
    if (reason instanceof Evicted) return await requeueUnstarted(deps, attempt, reason);
    // A fault of this program: the task is tried elsewhere, but not for ever.
    deps.logger.error({ err: error, ...attempt.fence }, 'an attempt failed inside');
    const judged = { decision: elsewhere('internal fault', problems.internal, 'nobody') };
    return await settleAttempt(deps, attempt, await collectResult(deps, attempt, judged));
  } finally {
    attempt.start.drop();
    await attempt.early.end();
  }
}

/** Its rows stay as they are, or its task ended without it. */
const isForNextOwner = ({ signals: { run, left } }: RunningAttempt, error: unknown): boolean =>
  left.aborted ||
  error instanceof AttemptLost ||
  isPassing(error) ||
  (run.aborted && !(run.reason instanceof Evicted));

/**
 * The leader has this version of the workflow and this program does not: a rolling upgrade is under way. Another
 * owner has it, or this one will after its restart. `lostVersions` ends tasks whose version the leader lacks too.
 */
async function leaveToOthers(
  deps: AttemptDeps,
  attempt: Pick<RunningAttempt, 'fence' | 'task' | 'moves' | 'remote'>,
): Promise<AttemptEnd> {
  await attempt.remote.remove();
  const fault = 'this dispatcher does not have the version of its workflow';
  const decision = elsewhere(fault, problems.workflowGone, 'nobody', false);
  return sendElsewhere(deps, attempt, { ...decision, neverCounts: true }, untilRestartedMs);
}
