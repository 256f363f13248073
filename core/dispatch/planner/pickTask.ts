import type { ReadyTask } from './plan.ts';
import {
  doneAfterSeconds,
  hasRepaid,
  isWarmFor,
  loadSeconds,
  type Place,
  reloadSeconds,
  runSeconds,
} from './plannedBackend.ts';
import type { Kind, RankedTask, WaitingKinds } from './taskGroups.ts';

export interface Pick {
  kind: Kind;
  ranked: RankedTask;
}

export interface PickOptions {
  places: readonly Place[];
  waiting: WaitingKinds;
  /** A slot is free now; otherwise this is a look ahead, in which nothing is prefetched. */
  isNow: boolean;
}

/** Behind so many of its kind that are better off elsewhere a task is left for a later plan; estimates need less. */
const lookAhead = { now: 256, later: 16 };

/** Where tasks of the kind may go at all, full or not. */
export function ablePlaces(places: readonly Place[], kind: Kind, isAged: boolean): Place[] {
  const able = places.filter(({ backend }) => kind.runsOn.has(backend.id));
  if (kind.failedOn.size === 0 || isAged) return able;
  const untried = able.filter(({ backend }) => !kind.failedOn.has(backend.id));
  return untried.length > 0 ? untried : able;
}

/** The first task of the fair order that the place should take next. */
export function pickFor(place: Place, options: PickOptions): Pick | undefined {
  const kinds = options.waiting.list();
  /** Seconds of tasks that were passed over because they are better off there: who comes later waits behind them. */
  const ahead = new Map<Place, number>();
  let best: Pick | undefined;
  for (const kind of kinds) {
    const [first] = kind.tasks;
    if (!first || (best && best.ranked.rank < first.rank)) break;
    const able = ablePlaces(options.places, kind, first.isAged);
    if (!able.includes(place) || !isOpenFor(place, kind, options)) continue;
    if (isKeptFrom(place, first, kinds)) continue;
    const others = able.filter((other) => other !== place && !isKeptFrom(other, first, kinds));
    const reach = options.isNow ? lookAhead.now : lookAhead.later;
    const ranked = firstBestHere(place, others, kind.tasks.slice(0, reach), ahead);
    if (ranked && (!best || ranked.rank < best.ranked.rank)) best = { kind, ranked };
  }
  return best;
}

/** Long tasks are not prefetched while interactive ones wait, and nothing is where a long one is due. */
function isOpenFor(place: Place, { lane }: Kind, { isNow, waiting }: PickOptions): boolean {
  if (!isNow || !place.isBusy) return true;
  return !place.isReserved && (lane !== 'long' || waiting.interactive === 0);
}

/**
 * The task would push out models that have not repaid their load, and others wait for those. What waited too long is
 * held up by its like alone: a pool that is far behind must not get slower by loading for each of them.
 */
export function isKeptFrom(
  place: Place,
  { task, isAged }: Omit<RankedTask, 'rank'>,
  kinds: readonly Kind[],
): boolean {
  if (isWarmFor(place, task) || hasRepaid(place, task)) return false;
  const { id } = place.backend;
  return kinds.some(
    ({ runsOn, failedOn, tasks: [other] }) =>
      other &&
      (other.isAged || !isAged) &&
      runsOn.has(id) &&
      !failedOn.has(id) &&
      isWarmFor(place, other.task),
  );
}

/** The first of the kind that would not have its result sooner at one of the others. */
function firstBestHere(
  place: Place,
  others: readonly Place[],
  tasks: readonly RankedTask[],
  ahead: Map<Place, number>,
): RankedTask | undefined {
  for (const ranked of tasks) {
    const { task, isAged } = ranked;
    if (isAged && !place.isBusy) return ranked;
    const sooner = findSooner(place, others, task, ahead);
    if (!sooner) return ranked;
    const queued = ahead.get(sooner);
    // The first of them loads for all.
    const load = queued === undefined ? loadSeconds(sooner, task) : 0;
    ahead.set(sooner, (queued ?? 0) + load + runSeconds(sooner.backend, task));
  }
  return undefined;
}

function findSooner(
  place: Place,
  others: readonly Place[],
  task: ReadyTask,
  ahead: ReadonlyMap<Place, number>,
): Place | undefined {
  let sooner: Place | undefined;
  let least = doneAfterSeconds(place, task);
  for (const other of others) {
    const there = doneAfterSeconds(other, task) + (ahead.get(other) ?? 0);
    // Between two idle ones that counts too what is pushed out; nobody waits for a busy one because of it.
    const areIdle = !place.isBusy && !other.isBusy;
    const difference = areIdle ? reloadSeconds(place, task) - reloadSeconds(other, task) : 0;
    if (there < least + difference) [sooner, least] = [other, there];
  }
  return sooner;
}
