import { randomUUID } from 'node:crypto';
import { isDatabaseUnavailable } from '../../db/connect.ts';
import { Task } from '../../db/models/task.ts';
import { backoffMs, retryWrite } from '../../db/retryWrite.ts';
import type { Fence } from '../../tasks/attempt/fence.ts';
import { type AttemptDeps, AttemptLost, type AttemptSignals, Evicted, type OwnPrompt } from './attempt.ts';
import { createAttemptMoves } from './attemptMoves.ts';
import {
  type AttemptOutcome,
  classifyOutcome,
  type Decision,
  elsewhere,
  problems,
} from './classifyOutcome.ts';
import { collectOutputs } from './collectOutputs.ts';
import { type AttemptEnd, complete, fail, sendElsewhere } from './finishAttempt.ts';
import { finishUnfit } from './finishUnfit.ts';
import { type Followed, followPrompt } from './followPrompt.ts';
import { classifyPreparationFault } from './preparationFault.ts';
import { prepareGraph, rebindGraph } from './prepareGraph.ts';
import { recordNodeError } from './recordNodeError.ts';
import { createRemotePrompt } from './remotePrompt.ts';
import { requeueUnstarted } from './requeueUnstarted.ts';
import type { RunningAttempt } from './runningAttempt.ts';
import type { TakenSlot } from './takenSlots.ts';

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
  const { taskId, attempt: number, backendId } = slot;
  const fence: Fence = { taskId, attempt: number, backendId, ...owner };
  const moves = createAttemptMoves(deps, fence, signals);
  const remote = createRemotePrompt(deps, slot.promptId ?? undefined, signals.left);
  try {
    const task = await findTask(deps, fence, signals);
    if (slot.isOver || !task) return await emptySlot({ moves, remote, signals });
    const load = () => deps.catalogue.loadWorkflow(task.workflowName, task.workflowVersion);
    const workflow = await retryWrite(deps, load, signals.run);
    if (!workflow) return await leaveToOthers(deps, { fence, task, moves, remote });
    return await pursue(deps, { fence, task, workflow, signals, moves, remote }, slot);
  } catch (error) {
    if (signals.left.aborted || error instanceof AttemptLost) return { kind: 'left' };
    if (signals.run.aborted) return await emptySlot({ moves, remote, signals });
    throw error;
  }
}

async function pursue(deps: AttemptDeps, attempt: RunningAttempt, slot: TakenSlot): Promise<AttemptEnd> {
  const { run, left } = attempt.signals;
  try {
    const prompt = await preparePrompt(deps, attempt, slot);
    if ('decision' in prompt) return await finish(deps, attempt, prompt.decision);
    const followed = await followPrompt(deps, attempt, prompt, () =>
      prompt.alreadyPosted ? Promise.resolve() : postPrompt(deps, attempt, prompt),
    );
    const { outcome, hasStarted } = followed;
    if (outcome.kind === 'succeeded') deps.health.reportRan();
    const models = await recordNodeError(deps, attempt, outcome, prompt.graph);
    const decision = classifyOutcome(outcome, hasStarted, attempt.remote.answer, models);
    return await finish(deps, attempt, decision, followed);
  } catch (error) {
    if (left.aborted || error instanceof AttemptLost || isDatabaseUnavailable(error)) throw error;
    if (run.reason instanceof Evicted) return await requeueUnstarted(deps, attempt, run.reason);
    if (run.aborted) throw error;
    // A fault of this program: the task is tried elsewhere, but not for ever.
    deps.logger.error({ err: error, ...attempt.fence }, 'an attempt failed inside');
    const decision = elsewhere('internal fault', problems.internal, 'nobody');
    return await finish(deps, attempt, decision);
  }
}

/** Undefined when the task ended or went on without this attempt. */
async function findTask(deps: AttemptDeps, fence: Fence, signals: AttemptSignals): Promise<Task | undefined> {
  const find = async () => await Task.query(deps.database).findById(fence.taskId);
  const task = await retryWrite(deps, find, signals.run);
  const isCurrent = task?.attempt === fence.attempt;
  return isCurrent && (task.status === 'assigned' || task.status === 'running') ? task : undefined;
}

/** The prompt to follow: the saved one, or a new one whose id is saved before anything is sent. */
async function preparePrompt(
  deps: AttemptDeps,
  attempt: RunningAttempt,
  slot: TakenSlot,
): Promise<OwnPrompt | { decision: Decision }> {
  const { startedAt } = slot;
  try {
    if (slot.promptId !== null)
      return {
        promptId: slot.promptId,
        graph: await rebindGraph(deps, attempt),
        alreadyPosted: true,
        startedAt,
      };
    const graph = await prepareGraph(deps, attempt);
    return { promptId: randomUUID(), graph, alreadyPosted: false, startedAt: null };
  } catch (error) {
    attempt.signals.run.throwIfAborted();
    deps.logger.warn({ err: error, ...attempt.fence }, 'an attempt could not be prepared');
    return { decision: classifyPreparationFault(error) };
  }
}

async function postPrompt(
  deps: AttemptDeps,
  { moves, remote, signals }: RunningAttempt,
  { promptId, graph }: OwnPrompt,
): Promise<void> {
  if (!(await moves.posted(promptId))) throw new AttemptLost('the task or the backend is no longer ours');
  await requirePermit(deps, signals.left);
  signals.run.throwIfAborted();
  await remote.post(promptId, graph);
}

/** No other owner has taken the backend, and none can before the POST arrives. */
async function requirePermit(deps: AttemptDeps, left: AbortSignal): Promise<void> {
  for (let tries = 0; !deps.permit.isYoung(); tries++) {
    if (!(await retryWrite(deps, () => deps.permit.renew(), left)))
      throw new AttemptLost('the backend has another owner');
    // A renewal that took half a lease is old when it arrives.
    if (!deps.permit.isYoung()) await deps.clock.sleep(backoffMs(tries), left);
  }
}

async function finish(
  deps: AttemptDeps,
  attempt: RunningAttempt,
  decision: Decision,
  followed?: Followed,
): Promise<AttemptEnd> {
  if (decision.kind === 'collect') {
    const outputs = await collectOutputs(deps, attempt, decision.outputs);
    await followed?.startWritten;
    if (!('kind' in outputs)) return complete(deps, attempt, outputs, followed?.ran);
    return finish(deps, attempt, outputs, followed);
  }
  const late = await attempt.remote.settle(followed?.outcome.kind);
  if (late && followed) {
    deps.health.reportRan();
    const outcome: AttemptOutcome = { kind: 'succeeded', outputs: [...late] };
    return finish(deps, attempt, classifyOutcome(outcome, true), {
      ...followed,
      outcome,
      ran: undefined,
    });
  }
  await followed?.startWritten;
  if (decision.kind === 'unfit') return finishUnfit(deps, attempt, decision);
  return decision.kind === 'fail' ? fail(attempt, decision) : sendElsewhere(deps, attempt, decision);
}

/** The task ended without this attempt: the slot is free as soon as the prompt is removed. */
async function emptySlot({
  moves,
  remote,
  signals,
}: Pick<RunningAttempt, 'moves' | 'remote' | 'signals'>): Promise<AttemptEnd> {
  try {
    await remote.remove();
    const isReleased = await moves.released('the task ended without it');
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
