import type { ExecutionEvent, OutputFile } from '../../../../comfy/comfy.ts';
import type { Task } from '../../../../ground/db/models/task.ts';
import { backoffMs, retryWrite } from '../../../../ground/db/retryWrite.ts';
import { usedOf } from '../../../../money/credits/price.ts';
import type { Progress } from '../../../events/event.ts';
import type { ProgressSource } from '../../../events/progressBus.ts';
import { taskWaits } from '../../dispatcherMetrics.ts';
import type { Ran } from '../../runTimes.ts';
import {
  type AssignedAttempt,
  type AttemptDeps,
  AttemptLost,
  type BackendHealth,
  type OwnPrompt,
} from '../attempt.ts';
import { isOwnGraph } from '../collect/graphFault.ts';
import type { AttemptOutcome } from '../decision.ts';
import type { RunningAttempt } from '../runningAttempt.ts';
import { isSeenRunning } from './isSeenRunning.ts';
import { remainingSeconds } from './remainingSeconds.ts';
import { ranMs, usedSeconds } from './usedSeconds.ts';

type Activity = Parameters<BackendHealth['reportActivity']>[1];

/** What the backend does while it is at this point of a run: see `activities`. Undefined where the event does not tell. */
function activityOf(event: ExecutionEvent): Activity | undefined {
  if (event.type !== 'progress' || event.nodeType === undefined) return undefined;
  const { nodeType, step } = event;
  if (nodeType.includes('Loader')) return 'loading';
  if (step !== undefined && step > 0) return 'sampling';
  return nodeType.includes('Sampler') ? 'loading' : 'other';
}

export interface Followed {
  outcome: AttemptOutcome;
  hasStarted: boolean;
  /** Undefined when this owner did not see it start. */
  ran: Pick<Ran, 'seconds' | 'loadSeconds'> | undefined;
  /** From the start of its execution, as far as it is known. */
  usedSeconds: number;
}

/**
 * A prompt may wait behind another of ours and behind other clients' prompts. Only a dead queue explains a longer
 * wait.
 */
const waitingTimeouts = 3;

/**
 * Follows a prompt to its end or its time limit. It shows the progress, and makes the task `running` when the prompt
 * begins. A new prompt is posted once it is followed, so that no message is missed.
 */
export async function followPrompt(
  deps: AttemptDeps,
  attempt: RunningAttempt,
  prompt: OwnPrompt,
): Promise<Followed> {
  const limit = createTimeLimit(deps, attempt.signals.run);
  const display = createDisplay(deps, attempt, prompt);
  let startedAtMs: number | undefined;
  let heardAtMs: number | undefined;
  let loadSeconds: number | undefined;

  const onEvent = (event: ExecutionEvent): void => {
    heardAtMs = deps.clock.monotonicMs();
    const activity = activityOf(event);
    if (activity) deps.health.reportActivity(prompt.promptId, activity);
    attempt.trace.hear(event);
    if (event.type === 'output') fetchEarly(event.files);
    else if (event.type === 'started') begin();
    else display.show(event);
  };
  // An earlier owner may have ended by it: its tries are counted, after the end.
  const fetchEarly = (files: readonly OutputFile[]): void => {
    if (!prompt.alreadyPosted) attempt.early.fetch(files);
  };
  const begin = (): void => {
    startedAtMs = deps.clock.monotonicMs();
    limit.set(runningMs(deps, prompt, longestMs(deps, attempt)));
    noteStart(deps, attempt.task);
    deps.health.reportActivity(prompt.promptId, 'other');
    loadSeconds = deps.health.reportStarted(
      prompt.promptId,
      // By the planner's names, not by the names on this server.
      attempt.workflow.models(attempt.task.params).map(({ folder, name }) => `${folder}/${name}`),
    );
    display.begin(loadSeconds);
    attempt.start.begin();
  };
  try {
    const { promptId, graph, alreadyPosted } = prompt;
    if (prompt.startedAt !== null) deps.health.reportActivity(promptId, 'other');
    attempt.trace.follow(prompt);
    const isTimed = isOwnGraph(attempt);
    const ending = deps.client.follow({ promptId, graph, alreadyPosted, isTimed }, onEvent, limit.signal);
    // A handler must be attached before the first await: a rejection meanwhile would count as unhandled.
    ending.catch(() => undefined);
    if (!alreadyPosted) await postPrompt(deps, attempt, prompt);
    if (startedAtMs === undefined) limit.set(deps.limits.attemptTimeoutMs * waitingTimeouts);
    const hasBegun = () => startedAtMs !== undefined || prompt.startedAt !== null;
    const outcome = await ending.catch((error: unknown): Promise<AttemptOutcome> => {
      if (limit.isOver()) return judgeTimeOut(deps, attempt, promptId, hasBegun());
      throw error;
    });
    attempt.start.noteRan();
    attempt.trace.ran(outcome.kind);
    const hasStarted = hasBegun();
    const ran =
      startedAtMs === undefined || prompt.alreadyPosted
        ? undefined
        : { seconds: (deps.clock.monotonicMs() - startedAtMs) / 1_000, loadSeconds };
    const used = usedSeconds(deps, prompt, startedAtMs, outcome);
    attempt.moves.noteRan(ranMs({ outcome, usedSeconds: used, startedAtMs, heardAtMs }));
    return { outcome, hasStarted, ran, usedSeconds: used };
  } finally {
    limit.end();
    display.end();
    deps.health.reportOver(prompt.promptId);
  }
}

/** Later starts of the same task are not what its person waited for first. */
function noteStart({ clock }: Pick<AttemptDeps, 'clock'>, { lane, createdAt, startedAt }: Task): void {
  if (startedAt !== null) return;
  const waitedMs = clock.now().getTime() - createdAt.getTime();
  taskWaits.observe({ lane }, Math.max(0, waitedMs) / 1_000);
}

/** A run is not longer than what is paid for. */
function longestMs({ limits }: AttemptDeps, { workflow, task }: RunningAttempt): number {
  const mostSeconds = workflow.mostSeconds?.(task.params) ?? Number.POSITIVE_INFINITY;
  return Math.min(limits.attemptTimeoutMs, mostSeconds * 1_000);
}

/** A time is paid for only where a look shows the prompt at work: a backend that died just before is nobody's debt. */
async function judgeTimeOut(
  deps: AttemptDeps,
  attempt: RunningAttempt,
  promptId: string,
  hasBegun: boolean,
): Promise<AttemptOutcome> {
  const mostSeconds = attempt.workflow.mostSeconds?.(attempt.task.params);
  if (mostSeconds === undefined || !hasBegun) return { kind: 'timed-out' };
  if (!(await isSeenRunning(deps, promptId, attempt.signals.run))) return { kind: 'timed-out' };
  return { kind: 'out-of-time', usedShare: longestMs(deps, attempt) / (mostSeconds * 1_000) };
}

/** After a take-over the limit still counts from the start of the execution. */
function runningMs(deps: AttemptDeps, { startedAt }: OwnPrompt, mostMs: number): number {
  const ranMs = startedAt === null ? 0 : deps.clock.now().getTime() - startedAt.getTime();
  return Math.max(0, mostMs - ranMs);
}

/** One signal for the follow: the attempt's own, and a limit that can be set again. */
function createTimeLimit(deps: Pick<AttemptDeps, 'clock'>, run: AbortSignal) {
  const follow = new AbortController();
  const onRunAborted = () => follow.abort(run.reason);
  run.addEventListener('abort', onRunAborted, { once: true });
  if (run.aborted) onRunAborted();
  let isOver = false;
  let cancel = () => {};
  return {
    signal: follow.signal,
    isOver: () => isOver,
    set(ms: number): void {
      cancel();
      cancel = deps.clock.after(ms, () => {
        isOver = true;
        follow.abort(new Error('the attempt took too long'));
      });
    },
    /** Ends the follow too: nothing was posted, so there is nothing to wait for. */
    end(): void {
      cancel();
      run.removeEventListener('abort', onRunAborted);
      follow.abort(new Error('the prompt is not followed any more'));
    },
  };
}

const tickMs = 1_000;
/** A shorter run is over before anybody could read how far it is. */
const quietMs = 300;

/** Shows nothing of the first moment of a run, then the latest. */
function createQuiet(deps: Pick<AttemptDeps, 'progress' | 'clock'>, source: ProgressSource) {
  let early: Progress | undefined;
  let endQuiet = () => {};

  function publish(progress: Progress): void {
    if (early) early = early.preview ? { preview: early.preview, ...progress } : progress;
    else deps.progress.publish(source, progress);
  }

  return {
    publish,
    beQuiet(progress: Progress): void {
      endQuiet();
      early = progress;
      endQuiet = deps.clock.after(quietMs, () => {
        const shown = early;
        early = undefined;
        if (shown) publish(shown);
      });
    },
    endQuiet: () => endQuiet(),
  };
}

/**
 * Shows progress and when the result is expected, of runs that take a moment. A preview is sent with the figures of the
 * moment it arrived.
 */
function createDisplay(
  deps: Pick<AttemptDeps, 'progress' | 'limits' | 'runTimes' | 'clock'>,
  { task, fence, workflow }: AssignedAttempt,
  { startedAt }: Pick<OwnPrompt, 'startedAt'>,
) {
  const { userId, apiKeyId, cost, workflowName } = task;
  const on = { workflow: workflowName, backendId: fence.backendId };
  let usualSeconds = deps.runTimes.expectSeconds(on, task);
  let beganAtMs = startedAt?.getTime();
  const mostSeconds = workflow.mostSeconds?.(task.params);
  const chargeable = deps.limits.chargesCancel() && mostSeconds === undefined ? cost : undefined;
  const source = { taskId: task.id, userId, apiKeyId, attempt: fence.attempt, chargeable };
  let last: Progress = { percent: 0 };
  let stopTicking = () => {};
  const { publish, beQuiet, endQuiet } = createQuiet(deps, source);

  const remaining = (percent: number): Pick<Progress, 'etaSeconds'> => {
    if (beganAtMs === undefined || usualSeconds === undefined) return {};
    const ranSeconds = (deps.clock.now().getTime() - beganAtMs) / 1_000;
    return { etaSeconds: remainingSeconds({ percent, ranSeconds, usualSeconds }) };
  };

  /** By its time, where the price is for a time: that is owed whatever else a cancel costs. */
  const cancelCost = (): Pick<Progress, 'cancelCost'> => {
    if (mostSeconds === undefined || beganAtMs === undefined) return {};
    const ranSeconds = (deps.clock.now().getTime() - beganAtMs) / 1_000;
    return { cancelCost: usedOf(cost, ranSeconds / mostSeconds) };
  };

  /** A node may be silent for long, and what its time costs grows: nobody pays more for a cancel than was shown. */
  function tickOn(): void {
    stopTicking = deps.clock.after(tickMs, () => {
      last = { ...last, ...remaining(last.percent), ...cancelCost() };
      publish(last);
      tickOn();
    });
  }

  /** @param loadSeconds expected for its models. */
  function begin(loadSeconds: number | undefined): void {
    beganAtMs ??= deps.clock.now().getTime();
    if (usualSeconds !== undefined) usualSeconds += loadSeconds ?? 0;
    last = { percent: 0, ...remaining(0), ...cancelCost() };
    beQuiet(last);
    stopTicking();
    if (mostSeconds !== undefined) tickOn();
  }

  function show(event: Exclude<ExecutionEvent, { type: 'started' | 'output' }>): void {
    if (event.type === 'preview') {
      const preview = {
        mime: event.mime,
        base64: Buffer.from(event.bytes).toString('base64'),
        ...(workflow.keepsAll ? { nodeId: event.nodeId } : {}),
      };
      publish({ ...last, preview });
      return;
    }
    const { percent, nodeId, nodeType, step, steps } = event;
    last = {
      percent,
      ...(nodeType === undefined ? {} : { node: nodeType }),
      ...(workflow.keepsAll && nodeId !== undefined ? { nodeId } : {}),
      ...(step === undefined ? {} : { step }),
      ...(steps === undefined ? {} : { steps }),
      ...remaining(percent),
      ...cancelCost(),
    };
    publish(last);
  }
  return {
    begin,
    show,
    end() {
      stopTicking();
      endQuiet();
    },
  };
}

/**
 * Waits for its turn, saves the id, and sends the prompt while the backend is certainly still ours. An id that was not
 * saved with the assignment is not saved before the turn: the next owner of a backend would look for a prompt that was
 * never sent, which takes it some seconds.
 */
async function postPrompt(
  deps: AttemptDeps,
  { moves, remote, signals }: RunningAttempt,
  { promptId, graph, isSaved = false }: OwnPrompt,
): Promise<void> {
  await deps.turn.comes(signals.run);
  if (!isSaved) {
    if (!(await moves.posted(promptId))) throw new AttemptLost('the task or the backend is no longer ours');
  }
  await requirePermit(deps, signals.left);
  signals.run.throwIfAborted();
  // Whoever watches may come later than the prompt, which cannot be changed then.
  await remote.post(promptId, graph, { withPreviews: deps.progress.hasPreviews });
  deps.turn.pass();
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
