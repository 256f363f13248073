import { upToAll } from './fairShare.ts';
import { ableBackends, type NextTask, type PickOptions, type PickRule, pickNext } from './pickTask.ts';
import type { PlanFacts, PlanInput, ReadyTask } from './planInput.ts';
import { doneAfterSeconds, etaOf, occupy, type PlannedBackend, toPlannedBackend } from './plannedBackend.ts';
import { type PlannedRecall, planRecalls } from './recalls.ts';
import { takeTurns } from './takeTurns.ts';
import { createTaskIndex, type TaskIndex } from './taskIndex.ts';
import { openWaiting, type WaitingTask } from './waitingTasks.ts';

export interface PlannedAssignment {
  taskId: string;
  attempt: number;
  backendId: string;
  slot: 0 | 1;
  /** How long the task is expected to take on this backend, loading included. */
  expectedSeconds: number;
  /** Until its result; undefined where nobody knows. */
  etaSeconds: number | undefined;
  rule: PickRule;
}

export interface WaitEstimate {
  taskId: string;
  /** 1 means next. */
  queuePosition: number;
  /** Until its result; undefined when no open backend can run it. */
  etaSeconds: number | undefined;
  /** Where it is expected to run, and why there; undefined with `etaSeconds`. */
  backendId: string | undefined;
  rule: PickRule | undefined;
}

export interface Plan {
  assignments: PlannedAssignment[];
  recalls: PlannedRecall[];
  /** For the tasks that stay queued, in the order of their expected start. */
  waiting: WaitEstimate[];
}

/**
 * Decides which waiting task goes to which slot. Pure: equal inputs give equal plans. The rules and their proof stand
 * in `infra/docs/planner.md`; `pickTask.ts` has their order.
 */
export function plan(input: PlanInput): Plan {
  const { waiting, ...begun } = startPlan(input, createTaskIndex(input.ready));
  return { ...begun, waiting: runOut(waiting) };
}

function runOut<Result>(steps: Generator<undefined, Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

interface StartedPlan extends Omit<Plan, 'waiting'> {
  /** The estimates take longer than the rest; each step finds one. */
  waiting: Generator<undefined, WaitEstimate[]>;
}

/** @param index the waiting tasks. It may change before the estimates are found; they are those of now. */
export const startPlan = (facts: PlanFacts, index: TaskIndex): StartedPlan =>
  runOut(startPlanInSteps(facts, index));

/**
 * The same in steps, each of which takes a moment: some lines are looked at, or one task is given a slot. The index must
 * not change before the last of them.
 */
export function* startPlanInSteps(facts: PlanFacts, index: TaskIndex): Generator<undefined, StartedPlan> {
  const candidates = facts.backends.map(toPlannedBackend);
  const waiting = yield* openWaiting(facts, index);
  const { nowMs, wantedSinceMs } = facts;
  const options = { candidates, waiting, nowMs, wantedSinceMs, isLater: false };
  const assignments = yield* assignFree(options);
  const recalls = planRecalls(facts, candidates);
  const later = { ...options, isLater: true };
  return { assignments, recalls, waiting: estimateWaits(later, facts) };
}

const soonestFirst = (a: PlannedBackend, b: PlannedBackend): number =>
  a.outstandingSeconds - b.outstandingSeconds;

function* assignFree(options: PickOptions): Generator<undefined, PlannedAssignment[]> {
  const assignments: PlannedAssignment[] = [];
  for (;;) {
    const open = options.candidates.filter(({ free }) => free.length > 0).sort(soonestFirst);
    const found = pickNext(open, options);
    const slot = found?.candidate.free.shift();
    if (!found || slot === undefined) return assignments;
    const expectedSeconds = take(found, options);
    const { candidate, rule } = found;
    const { id: taskId, attempt } = found.task;
    const etaSeconds = etaOf(candidate);
    const backendId = candidate.backend.id;
    assignments.push({ taskId, attempt, backendId, slot, expectedSeconds, etaSeconds, rule });
    yield;
  }
}

function take({ candidate, group, task }: Omit<NextTask, 'rule'>, { waiting }: PickOptions): number {
  const seconds = occupy(candidate, task);
  waiting.take(group, task, seconds, candidate.outstandingSeconds);
  return seconds;
}

/** Continues the plan as if slots became free as soon as their work is done. */
function* estimateWaits(
  options: PickOptions,
  { estimates: most, lastEstimate }: Pick<PlanFacts, 'estimates' | 'lastEstimate'>,
): Generator<undefined, WaitEstimate[]> {
  const estimates: WaitEstimate[] = [];
  const tell = (task: ReadyTask, candidate: PlannedBackend | undefined, rule: PickRule) => {
    const at = { taskId: task.id, queuePosition: estimates.length + 1 };
    const etaSeconds = candidate && etaOf(candidate);
    estimates.push({ ...at, etaSeconds, backendId: candidate?.backend.id, rule: candidate && rule });
  };
  while (estimates.length < most) {
    const found = pickLater(options);
    if (!found) break;
    if (found.candidate) take({ ...found, candidate: found.candidate }, options);
    else options.waiting.take(found.group, found.task, found.task.estimateSeconds);
    tell(found.task, found.candidate, found.rule);
    if (found.task.id === lastEstimate) break;
    yield;
  }
  return estimates;
}

/** As slots become free, and as people who are held back may have one more task. */
function pickLater(options: PickOptions): NextTask | ReturnType<typeof pickAny> {
  const { waiting, candidates } = options;
  for (;;) {
    const freeAfter = waiting.freeAfterSeconds;
    const found = pickSoonest(options, freeAfter);
    if (found) return found;
    if (freeAfter === Number.POSITIVE_INFINITY) return pickAny(options);
    waiting.release(freeAfter);
    // Until then they found nothing to do.
    for (const one of candidates) one.outstandingSeconds = Math.max(one.outstandingSeconds, freeAfter);
  }
}

/** The next task of the backend that is done first and has one, if that is before so many seconds. */
function pickSoonest(options: PickOptions, beforeSeconds: number): NextTask | undefined {
  for (const candidate of options.candidates.toSorted(soonestFirst)) {
    if (candidate.outstandingSeconds >= beforeSeconds) return undefined;
    const found = pickNext([candidate], options);
    if (found) return found;
  }
  return undefined;
}

/** No backend would pick it: it goes where it is done first, or stays if no backend can run it. */
function pickAny({
  candidates,
  waiting,
}: PickOptions):
  | (WaitingTask & Pick<NextTask, 'rule'> & { candidate: PlannedBackend | undefined })
  | undefined {
  const groups = [...waiting.groups];
  const able = groups.filter((group) => ableBackends(candidates, group, false).length > 0);
  const [next] = takeTurns(able.length > 0 ? able : groups, upToAll);
  if (!next) return undefined;
  const [candidate] = ableBackends(candidates, next.group, false).sort(
    (a, b) => doneAfterSeconds(a, next.task) - doneAfterSeconds(b, next.task),
  );
  return { ...next, candidate, rule: 'done-soonest' };
}
