import type { ReadyTask } from './planInput.ts';
import {
  doneAfterSeconds,
  hasRepaid,
  isWarmFor,
  loadSeconds,
  type PlannedBackend,
  reloadSeconds,
  runSeconds,
} from './plannedBackend.ts';
import type { RankedTask, TaskGroup, TaskGroups } from './taskGroups.ts';

export interface Pick {
  group: TaskGroup;
  ranked: RankedTask;
}

export interface PickOptions {
  candidates: readonly PlannedBackend[];
  waiting: TaskGroups;
  /** A slot is free now; otherwise this is a look-ahead without prefetching. */
  isNow: boolean;
}

/** How many tasks of a group are tried: after so many that are better elsewhere, the rest waits for a later plan. */
const lookAhead = { now: 256, later: 16 };

/** The backends that may run the group at all, full or not. */
export function ableBackends(
  candidates: readonly PlannedBackend[],
  group: TaskGroup,
  isAged: boolean,
): PlannedBackend[] {
  const able = candidates.filter(({ backend }) => group.runsOn.has(backend.id));
  if (group.failedOn.size === 0 || isAged) return able;
  const untried = able.filter(({ backend }) => !group.failedOn.has(backend.id));
  return untried.length > 0 ? untried : able;
}

/** The first task of the fair order that the backend should take next. */
export function pickFor(candidate: PlannedBackend, options: PickOptions): Pick | undefined {
  const groups = options.waiting.list();
  /** Seconds of skipped tasks that are better there: later tasks wait behind them. */
  const ahead = new Map<PlannedBackend, number>();
  let best: Pick | undefined;
  for (const group of groups) {
    const [first] = group.tasks;
    if (!first || (best && best.ranked.rank < first.rank)) break;
    const able = ableBackends(options.candidates, group, first.isAged);
    if (!able.includes(candidate) || !isOpenFor(candidate, group, options)) continue;
    if (isKeptFrom(candidate, first, groups)) continue;
    const others = able.filter((other) => other !== candidate && !isKeptFrom(other, first, groups));
    const reach = options.isNow ? lookAhead.now : lookAhead.later;
    const ranked = firstBestHere(candidate, others, group.tasks.slice(0, reach), ahead);
    if (ranked && (!best || ranked.rank < best.ranked.rank)) best = { group, ranked };
  }
  return best;
}

/** Long tasks are not prefetched while interactive ones wait, and no task is prefetched where a long one is due. */
function isOpenFor(candidate: PlannedBackend, { lane }: TaskGroup, { isNow, waiting }: PickOptions): boolean {
  if (!isNow || !candidate.isBusy) return true;
  return !candidate.isReserved && (lane !== 'long' || waiting.interactive === 0);
}

/**
 * The task would push out models that have not repaid their load while others wait for these. A task that waited too
 * long yields only to others that did: a pool that is far behind must not get slower by loading for each of them.
 */
export function isKeptFrom(
  candidate: PlannedBackend,
  { task, isAged }: Omit<RankedTask, 'rank'>,
  groups: readonly TaskGroup[],
): boolean {
  if (isWarmFor(candidate, task) || hasRepaid(candidate, task)) return false;
  const { id } = candidate.backend;
  return groups.some(
    ({ runsOn, failedOn, tasks: [other] }) =>
      other &&
      (other.isAged || !isAged) &&
      runsOn.has(id) &&
      !failedOn.has(id) &&
      isWarmFor(candidate, other.task),
  );
}

/** The first of the group that would not have its result sooner on another backend. */
function firstBestHere(
  candidate: PlannedBackend,
  others: readonly PlannedBackend[],
  tasks: readonly RankedTask[],
  ahead: Map<PlannedBackend, number>,
): RankedTask | undefined {
  for (const ranked of tasks) {
    const { task, isAged } = ranked;
    if (isAged && !candidate.isBusy) return ranked;
    const sooner = findSooner(candidate, others, task, ahead);
    if (!sooner) return ranked;
    const queued = ahead.get(sooner);
    // The first of them loads for all.
    const load = queued === undefined ? loadSeconds(sooner, task) : 0;
    ahead.set(sooner, (queued ?? 0) + load + runSeconds(sooner.backend, task));
  }
  return undefined;
}

function findSooner(
  candidate: PlannedBackend,
  others: readonly PlannedBackend[],
  task: ReadyTask,
  ahead: ReadonlyMap<PlannedBackend, number>,
): PlannedBackend | undefined {
  let sooner: PlannedBackend | undefined;
  let least = doneAfterSeconds(candidate, task);
  for (const other of others) {
    const there = doneAfterSeconds(other, task) + (ahead.get(other) ?? 0);
    // Between two idle backends, the cost of pushing out models counts too; it is no reason to wait for a busy one.
    const areIdle = !candidate.isBusy && !other.isBusy;
    const difference = areIdle ? reloadSeconds(candidate, task) - reloadSeconds(other, task) : 0;
    if (there < least + difference) [sooner, least] = [other, there];
  }
  return sooner;
}
