import type { Lane } from '@star-graph/workflows';
import { ablePlaces, type Pick, pickFor } from './pickTask.ts';
import { doneAfterSeconds, occupy, type Place, toPlace } from './plannedBackend.ts';
import { type PlannedRecall, type PrefetchedTask, planRecalls } from './recalls.ts';
import type { Residency } from './residency.ts';
import { groupWaiting, type Kind, type RankedTask, type WaitingKinds } from './taskGroups.ts';

/** A task that waits for a slot. */
export interface ReadyTask {
  id: string;
  /** Its last attempt; the assignment raises it. */
  attempt: number;
  userId: string;
  lane: Lane;
  workflowName: string;
  workUnits: number;
  /** On an ordinary backend. */
  estimateSeconds: number;
  /** Wall time of acceptance. */
  createdAtMs: number;
  /** Ids of backends that have everything it needs. Tasks with equal needs share one set. */
  runsOn: ReadonlySet<string>;
  /** Ids of backends that an attempt of it failed on. */
  failedOn: ReadonlySet<string>;
  /** The models it leaves loaded. */
  residency: Residency;
}

/** A backend that takes tasks. */
export interface OpenBackend {
  id: string;
  freeSlots: readonly (0 | 1)[];
  /** It has work in hand, ours or somebody else's, so a further task would wait behind it. */
  isBusy: boolean;
  /** Expected seconds until what it has is done. */
  outstandingSeconds: number;
  /** The models that will be loaded then; undefined when nothing is known. */
  residency: Residency | undefined;
  /** How long ago, by then, those began to be loaded. */
  warmSeconds: number;
  /** Its time for loading models as a multiple of the usual, learned. */
  loadFactor: number;
  /** Its speed as a multiple of an ordinary backend's, as its operator says; counts until run times are learned. */
  weight: number;
  /** Learned seconds per work unit, by workflow. */
  secondsPerUnit: ReadonlyMap<string, number>;
  /** Attempts in its slots that have not begun. */
  unbegun: readonly UnbegunAttempt[];
}

export interface UnbegunAttempt {
  taskId: string;
  attempt: number;
  userId: string;
  apiKeyId: string | null;
  /** Expected seconds until it begins: those of the work before it. */
  beginsAfterSeconds: number;
  /** Expected seconds until its result. */
  readyAfterSeconds: number;
  isRecalled: boolean;
}

export interface PlanInput {
  ready: readonly ReadyTask[];
  /** Up, enabled, not draining, owned. Backends without a free slot belong here too: they may be worth waiting for. */
  backends: readonly OpenBackend[];
  /** Default: none. */
  prefetched?: readonly PrefetchedTask[];
  nowMs: number;
  /** GPU-seconds that a user got lately. */
  usageSeconds: ReadonlyMap<string, number>;
  /** A task that waited longer goes before all that did not. */
  longestWaitMs: number;
  /** How many waiting tasks get an estimate: a long queue's end is not worth the arithmetic. */
  estimates: number;
}

export interface PlannedAssignment {
  taskId: string;
  attempt: number;
  backendId: string;
  slot: 0 | 1;
}

export interface WaitEstimate {
  taskId: string;
  /** 1 is next. */
  queuePosition: number;
  /** Until its result; undefined when no open backend can run it. */
  etaSeconds: number | undefined;
}

export interface Plan {
  assignments: PlannedAssignment[];
  recalls: PlannedRecall[];
  /** Of the tasks that stay queued, in the order in which they are expected to begin. */
  waiting: WaitEstimate[];
}

/**
 * Decides which waiting task goes to which slot. Pure: equal inputs give equal plans.
 *
 * The backend that will be done first picks first, and takes the first task of the fair order (`fairOrder.ts`) that is
 * its own to take (`pickTask.ts`): one that would not have its result sooner elsewhere, loading included, and that does
 * not push out models which others wait for before these have repaid their load. So a model is loaded on one more
 * backend when the tasks that wait for it outweigh the load, and a backend stays idle only where its work would be done
 * later than by waiting.
 */
export function plan(input: PlanInput): Plan {
  const places = input.backends.map(toPlace);
  const waiting = groupWaiting(input);
  reserveForDue(places, waiting);
  const assignments = assignFree(places, waiting);
  const recalls = planRecalls(input, places, waiting.list());
  return { assignments, recalls, waiting: estimateWaits(places, waiting, input.estimates) };
}

const soonestFirst = (a: Place, b: Place): number => a.outstandingSeconds - b.outstandingSeconds;

function assignFree(places: readonly Place[], waiting: WaitingKinds): PlannedAssignment[] {
  const assignments: PlannedAssignment[] = [];
  const options = { places, waiting, isNow: true };
  for (;;) {
    const found = firstPick(
      places.filter(({ free }) => free.length > 0),
      (place) => pickFor(place, options),
    );
    const slot = found?.place.free.shift();
    if (!found || slot === undefined) return assignments;
    const { place, kind, ranked } = found;
    waiting.take(kind, ranked);
    occupy(place, ranked.task);
    if (kind.lane === 'long' && ranked.isAged) place.isReserved = false;
    const { id: taskId, attempt } = ranked.task;
    assignments.push({ taskId, attempt, backendId: place.backend.id, slot });
  }
}

/** Of the places that may pick, in the order in which they will be done. */
function firstPick(
  places: readonly Place[],
  pick: (place: Place) => Pick | undefined,
): (Pick & { place: Place }) | undefined {
  for (const place of places.toSorted(soonestFirst)) {
    const picked = pick(place);
    if (picked) return { ...picked, place };
  }
  return undefined;
}

/**
 * A long task that waited too long may not be prefetched before interactive ones, and a busy pool is never idle: so the
 * backend that will be idle first is kept for it.
 */
function reserveForDue(places: readonly Place[], waiting: WaitingKinds): void {
  for (const kind of waiting.list()) {
    if (kind.lane !== 'long') continue;
    for (const { isAged } of kind.tasks) {
      if (!isAged) break;
      const [soonest] = ablePlaces(places, kind, true)
        .filter(({ isReserved }) => !isReserved)
        .sort(soonestFirst);
      if (soonest) soonest.isReserved = true;
    }
  }
}

/** Goes on with the plan as if slots were free as soon as the work before is done. */
function estimateWaits(places: readonly Place[], waiting: WaitingKinds, most: number): WaitEstimate[] {
  const estimates: WaitEstimate[] = [];
  const tell = (place: Place | undefined, kind: Kind, ranked: RankedTask) => {
    waiting.take(kind, ranked);
    if (place) occupy(place, ranked.task);
    const etaSeconds = place && Math.ceil(place.outstandingSeconds);
    estimates.push({ taskId: ranked.task.id, queuePosition: estimates.length + 1, etaSeconds });
  };
  const options = { places, waiting, isNow: false };
  while (estimates.length < most) {
    const found = firstPick(places, (place) => pickFor(place, options));
    if (found) {
      tell(found.place, found.kind, found.ranked);
      continue;
    }
    // Nobody would take it: it comes where it is done first, or stays where nothing can run it.
    const kinds = waiting.list();
    const kind = kinds.find((one) => ablePlaces(places, one, false).length > 0) ?? kinds[0];
    const ranked = kind?.tasks[0];
    if (!kind || !ranked) break;
    const [place] = ablePlaces(places, kind, ranked.isAged).sort(
      (a, b) => doneAfterSeconds(a, ranked.task) - doneAfterSeconds(b, ranked.task),
    );
    tell(place, kind, ranked);
  }
  return estimates;
}
