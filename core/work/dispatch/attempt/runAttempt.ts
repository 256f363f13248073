import type { Task } from '../../../ground/db/models/task.ts';
import { isPassing } from '../../../ground/db/retryWrite.ts';
import { logTraceOf, within } from '../../../ground/telemetry/spans.ts';
import { usedOf } from '../../../money/credits/price.ts';
import type { Fence } from '../../tasks/ownerFence.ts';
import { countFinished } from '../../tasks/taskMetrics.ts';
import { tasksSetAside } from '../dispatcherMetrics.ts';
import type { TakenSlot } from '../takenSlots.ts';
import { type AttemptDeps, AttemptLost, type AttemptSignals, Evicted } from './attempt.ts';
import { classifyOutcome } from './collect/classifyOutcome.ts';
import { collectOutputs } from './collect/collectOutputs.ts';
import { createEarlyOutput } from './collect/earlyOutput.ts';
import { judgeFault } from './collect/judgeFault.ts';
import { recordFault } from './collect/recordFault.ts';
import {
  type AttemptOutcome,
  type Decision,
  elsewhere,
  type Fail,
  type OutOfTime,
  outOfTime,
  problems,
} from './decision.ts';
import { findWork } from './prepare/findWork.ts';
import { preparePrompt } from './prepare/preparePrompt.ts';
import { type Followed, followPrompt } from './run/followPrompt.ts';
import { createRemotePrompt } from './run/remotePrompt.ts';
import type { RunningAttempt } from './runningAttempt.ts';
import { createAttemptMoves } from './settle/attemptMoves.ts';
import { type AttemptTrace, createAttemptTrace } from './settle/attemptTrace.ts';
import { type AttemptEnd, complete, fail, failGraph, sendElsewhere } from './settle/finishAttempt.ts';
import { finishUnfit } from './settle/finishUnfit.ts';
import { requeueUnstarted } from './settle/requeueUnstarted.ts';
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

async function pursue(deps: AttemptDeps, attempt: RunningAttempt, slot: TakenSlot): Promise<AttemptEnd> {
  const { run, left } = attempt.signals;
  try {
    const prompt = await attempt.trace.stage('prepare', () => preparePrompt(deps, attempt, slot));
    if ('decision' in prompt) return await finish(deps, attempt, prompt.decision);
    const followed = await followPrompt(deps, attempt, prompt);
    if (followed.outcome.kind === 'succeeded') deps.health.reportRan();
    const fault = await recordFault(deps, attempt, followed, prompt.graph);
    const decision = judgeFault(attempt, followed, attempt.remote.answer, fault);
    if (decision.kind === 'elsewhere' && decision.error === problems.serversLost) {
      tasksSetAside.inc();
      deps.logger.error(attempt.fence, 'two servers were lost while they ran a task, and no third gets it');
    }
    const usedSeconds = followed.usedSeconds + fault.earlierSeconds;
    return await finish(deps, attempt, decision, { ...followed, usedSeconds });
  } catch (error) {
    if (left.aborted || error instanceof AttemptLost || isPassing(error)) throw error;
    if (run.reason instanceof Evicted) return await requeueUnstarted(deps, attempt, run.reason);
    if (run.aborted) throw error;
    // A fault of this program: the task is tried elsewhere, but not for ever.
    deps.logger.error({ err: error, ...attempt.fence }, 'an attempt failed inside');
    const decision = elsewhere('internal fault', problems.internal, 'nobody');
    return await finish(deps, attempt, decision);
  } finally {
    attempt.start.drop();
    await attempt.early.end();
  }
}

async function finish(
  deps: AttemptDeps,
  attempt: RunningAttempt,
  decision: Decision,
  followed?: Followed,
): Promise<AttemptEnd> {
  const { trace } = attempt;
  if (decision.kind === 'collect') {
    const refused = await countCollect(attempt);
    if (refused === 'left') return { kind: 'left' };
    if (refused) return trace.stage('settle', () => fail(attempt, refused));
    const outputs = await trace.stage('collect', () => collectOutputs(deps, attempt, decision.outputs));
    if (!('kind' in outputs)) return trace.stage('settle', () => complete(deps, attempt, outputs, followed));
    return finish(deps, attempt, outputs, followed);
  }
  if (decision.kind === 'out-of-time') return trace.stage('settle', () => failPaid(deps, attempt, decision));
  const late = await attempt.remote.settle(followed?.outcome.kind);
  // Whatever broke off here, and whether it was followed or not: another run would be the second.
  if (late) {
    deps.health.reportRan();
    const outcome: AttemptOutcome = { kind: 'succeeded', outputs: [...late] };
    const usedSeconds = followed?.usedSeconds ?? 0;
    const ended: Followed = { outcome, hasStarted: true, ran: undefined, usedSeconds };
    return finish(deps, attempt, classifyOutcome(outcome, true), ended);
  }
  await attempt.start.written();
  return trace.stage('settle', async () => {
    if (decision.kind === 'unfit') return finishUnfit(deps, attempt, decision);
    if (decision.kind === 'graph-fault') return failGraph(attempt, decision, followed);
    return decision.kind === 'fail' ? fail(attempt, decision) : sendElsewhere(deps, attempt, decision);
  });
}

/** Owners after the first that may begin to collect a result before it is given up. */
const mostCollects = 3;

/**
 * A result that ends the process which collects it would end every next owner's too. The first one's try costs no write:
 * an attempt that is taken over has had it.
 */
async function countCollect({
  isTakenOver,
  moves,
}: Pick<RunningAttempt, 'isTakenOver' | 'moves'>): Promise<Fail | 'left' | undefined> {
  if (!isTakenOver) return undefined;
  const collects = await moves.collecting();
  if (collects === undefined) return 'left';
  if (collects <= mostCollects) return undefined;
  const fault = `its result was not collected by ${mostCollects + 1} owners: each ended on the way`;
  return { kind: 'fail', error: problems.uncollectable, fault };
}

/** The task ends before its prompt is stopped: see `failOutOfTime`. */
async function failPaid(
  deps: AttemptDeps,
  attempt: RunningAttempt,
  { usedShare }: OutOfTime,
): Promise<AttemptEnd> {
  const { task, moves, start } = attempt;
  const charged = usedOf(task.cost, usedShare);
  await start.written();
  if (!(await moves.failedPaid(outOfTime(charged), charged))) return { kind: 'left' };
  countFinished(task.workflowName, 'failed');
  const end = await emptySlot(attempt, 'the paid time was used up');
  if (end.kind === 'left') return end;
  deps.wakeSignals.send('slots');
  return { kind: 'failed' };
}

/** The task ended before this attempt: the slot is free as soon as the prompt is removed. */
async function emptySlot(
  { moves, remote, signals }: Pick<RunningAttempt, 'moves' | 'remote' | 'signals'>,
  fault = 'the task ended without it',
): Promise<AttemptEnd> {
  try {
    await remote.remove();
    const isReleased = await moves.released(fault);
    return { kind: isReleased ? 'released' : 'left' };
  } catch (error) {
    if (signals.left.aborted) return { kind: 'left' };
    throw error;
  }
}

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
