import type { Task } from '../../../ground/db/models/task.ts';
import { isPassing } from '../../../ground/db/retryWrite.ts';
import { logTraceOf, within } from '../../../ground/telemetry/spans.ts';
import type { Fence } from '../../tasks/ownerFence.ts';
import type { TakenSlot } from '../takenSlots.ts';
import { type AttemptDeps, AttemptLost, type AttemptSignals, Evicted } from './attempt.ts';
import { collectResult, type Ending } from './collect/collectResult.ts';
import { createEarlyOutput } from './collect/earlyOutput.ts';
import { type Elsewhere, elsewhere, problems } from './decision.ts';
import { findWork } from './prepare/findWork.ts';
import { preparePrompt } from './prepare/preparePrompt.ts';
import { createRemotePrompt } from './run/remotePrompt.ts';
import { type Judged, runPrompt } from './run/runPrompt.ts';
import type { RunningAttempt } from './runningAttempt.ts';
import { createAttemptMoves } from './settle/attemptMoves.ts';
import { type AttemptTrace, createAttemptTrace } from './settle/attemptTrace.ts';
import { type AttemptEnd, emptySlot, leaveIfLost, sendElsewhere } from './settle/finishAttempt.ts';
import { settleAttempt } from './settle/settleAttempt.ts';
import { createStartRecord } from './settle/startRecord.ts';
import { stopUnstarted } from './settle/stopUnstarted.ts';

/**
 * The leader has this version of the workflow and this program does not: a rolling upgrade is under way. Another
 * owner has it, or this one will after its restart. `lostVersions` ends tasks whose version the leader lacks too.
 */
const workflowGone: Elsewhere = {
  ...elsewhere(
    'this dispatcher does not have the version of its workflow',
    problems.workflowGone,
    'nobody',
    false,
  ),
  neverCounts: true,
  retryAfterMs: 10_000,
};

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
  const end = await runTraced(deps, { owner, slot, begin }, signals).catch(leaveIfLost(signals));
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
    if (slot.isOver || !work) return await emptySlot({ moves, remote });
    const { task, workflow } = work;
    const trace = begin(fence, task);
    const logger = deps.logger.child(logTraceOf(trace.context));
    if (!workflow) {
      await remote.remove();
      return await sendElsewhere(deps, { fence, task, moves }, workflowGone);
    }
    const assigned = { fence, task, workflow, signals };
    const inTrace = { ...deps, logger };
    const start = createStartRecord(inTrace, moves, signals);
    const early = createEarlyOutput(inTrace, assigned);
    const isTakenOver = slot.promptId !== null;
    const attempt = { ...assigned, moves, remote, start, early, trace, isTakenOver };
    return await within(trace.context, () => pursue(inTrace, attempt, slot));
  } catch (error) {
    if (signals.left.aborted || error instanceof AttemptLost || !signals.run.aborted) throw error;
    return await emptySlot({ moves, remote });
  }
}

/** The stages of an attempt in their order. */
async function pursue(deps: AttemptDeps, attempt: RunningAttempt, slot: TakenSlot): Promise<AttemptEnd> {
  try {
    const prompt = await attempt.trace.stage('prepare', () => preparePrompt(deps, attempt, slot));
    const judged = 'decision' in prompt ? prompt : await runPrompt(deps, attempt, prompt);
    return await settleAttempt(deps, attempt, await collectResult(deps, attempt, judged));
  } catch (error) {
    return await settleAttempt(deps, attempt, await judgeBreak(deps, attempt, error));
  } finally {
    attempt.start.drop();
    await attempt.early.end();
  }
}

/** How an attempt ends that broke off on its way. @throws what leaves it to the next owner */
async function judgeBreak(
  deps: AttemptDeps,
  attempt: RunningAttempt,
  error: unknown,
): Promise<Judged<Ending>> {
  if (isForNextOwner(attempt, error)) throw error;
  const { reason } = attempt.signals.run;
  if (reason instanceof Evicted) {
    const decision = await stopUnstarted(deps, attempt, reason);
    attempt.start.drop();
    return { decision };
  }
  // A fault of this program: the task is tried elsewhere, but not for ever.
  deps.logger.error({ err: error, ...attempt.fence }, 'an attempt failed inside');
  return await collectResult(deps, attempt, {
    decision: elsewhere('internal fault', problems.internal, 'nobody'),
  });
}

/** Its rows stay as they are, or its task ended without it. */
const isForNextOwner = ({ signals: { run, left } }: RunningAttempt, error: unknown): boolean =>
  left.aborted ||
  error instanceof AttemptLost ||
  isPassing(error) ||
  (run.aborted && !(run.reason instanceof Evicted));
