import { ableBackends, type Pick, pickFor } from './pickTask.ts';
import type { PlanInput } from './planInput.ts';
import { doneAfterSeconds, occupy, type PlannedBackend, toPlannedBackend } from './plannedBackend.ts';
import { type PlannedRecall, planRecalls } from './recalls.ts';
import { groupWaiting, type RankedTask, type TaskGroup, type TaskGroups } from './taskGroups.ts';

export interface PlannedAssignment {
  taskId: string;
  attempt: number;
  backendId: string;
  slot: 0 | 1;
}

export interface WaitEstimate {
  taskId: string;
  /** 1 means next. */
  queuePosition: number;
  /** Until its result; undefined when no open backend can run it. */
  etaSeconds: number | undefined;
}

export interface Plan {
  assignments: PlannedAssignment[];
  recalls: PlannedRecall[];
  /** For the tasks that stay queued, in the order of their expected start. */
  waiting: WaitEstimate[];
}

/**
 * Decides which waiting task goes to which slot. Pure: equal inputs give equal plans.
 *
 * The backend that will be done first picks first. It takes the first task in the fair order (`fairOrder.ts`) that
 * suits it (`pickTask.ts`): the task would not have its result sooner elsewhere, loading included, and does not push
 * out models that others wait for before these have repaid their load. So a model is loaded on one more backend when
 * the tasks that wait for it outweigh the load, and a backend stays idle only if the work would be done sooner by
 * waiting.
 */
export function plan(input: PlanInput): Plan {
  const candidates = input.backends.map(toPlannedBackend);
  const waiting = groupWaiting(input);
  reserveForDue(candidates, waiting);
  const assignments = assignFree(candidates, waiting);
  const recalls = planRecalls(input, candidates, waiting.list());
  return { assignments, recalls, waiting: estimateWaits(candidates, waiting, input.estimates) };
}

const soonestFirst = (a: PlannedBackend, b: PlannedBackend): number =>
  a.outstandingSeconds - b.outstandingSeconds;

function assignFree(candidates: readonly PlannedBackend[], waiting: TaskGroups): PlannedAssignment[] {
  const assignments: PlannedAssignment[] = [];
  const options = { candidates, waiting, isNow: true };
  for (;;) {
    const found = firstPick(
      candidates.filter(({ free }) => free.length > 0),
      (candidate) => pickFor(candidate, options),
    );
    const slot = found?.candidate.free.shift();
    if (!found || slot === undefined) return assignments;
    const { candidate, group, ranked } = found;
    waiting.take(group, ranked);
    occupy(candidate, ranked.task);
    if (group.lane === 'long' && ranked.isAged) candidate.isReserved = false;
    const { id: taskId, attempt } = ranked.task;
    assignments.push({ taskId, attempt, backendId: candidate.backend.id, slot });
  }
}

/** The first pick among the candidates, in the order of when they will be done. */
function firstPick(
  candidates: readonly PlannedBackend[],
  pick: (candidate: PlannedBackend) => Pick | undefined,
): (Pick & { candidate: PlannedBackend }) | undefined {
  for (const candidate of candidates.toSorted(soonestFirst)) {
    const picked = pick(candidate);
    if (picked) return { ...picked, candidate };
  }
  return undefined;
}

/**
 * A long task that waited too long may not be prefetched before interactive ones, and a busy pool is never idle. So
 * the backend that will be idle first is kept for it.
 */
function reserveForDue(candidates: readonly PlannedBackend[], waiting: TaskGroups): void {
  for (const group of waiting.list()) {
    if (group.lane !== 'long') continue;
    for (const { isAged } of group.tasks) {
      if (!isAged) break;
      const [soonest] = ableBackends(candidates, group, true)
        .filter(({ isReserved }) => !isReserved)
        .sort(soonestFirst);
      if (soonest) soonest.isReserved = true;
    }
  }
}

/** Continues the plan as if slots became free as soon as their work is done. */
function estimateWaits(
  candidates: readonly PlannedBackend[],
  waiting: TaskGroups,
  most: number,
): WaitEstimate[] {
  const estimates: WaitEstimate[] = [];
  const tell = (candidate: PlannedBackend | undefined, group: TaskGroup, ranked: RankedTask) => {
    waiting.take(group, ranked);
    if (candidate) occupy(candidate, ranked.task);
    const etaSeconds = candidate && Math.ceil(candidate.outstandingSeconds);
    estimates.push({ taskId: ranked.task.id, queuePosition: estimates.length + 1, etaSeconds });
  };
  const options = { candidates, waiting, isNow: false };
  while (estimates.length < most) {
    const found = firstPick(candidates, (candidate) => pickFor(candidate, options));
    if (found) {
      tell(found.candidate, found.group, found.ranked);
      continue;
    }
    // No backend would pick it: it goes where it is done first, or stays if no backend can run it.
    const groups = waiting.list();
    const group = groups.find((one) => ableBackends(candidates, one, false).length > 0) ?? groups[0];
    const ranked = group?.tasks[0];
    if (!group || !ranked) break;
    const [candidate] = ableBackends(candidates, group, ranked.isAged).sort(
      (a, b) => doneAfterSeconds(a, ranked.task) - doneAfterSeconds(b, ranked.task),
    );
    tell(candidate, group, ranked);
  }
  return estimates;
}
