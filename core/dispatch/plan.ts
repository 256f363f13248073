import { type Lane, lanes } from '@star-graph/workflows';

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
  /** The models it loads; equal for tasks that leave the same models loaded. */
  residency: string;
}

/** A backend that takes tasks. */
export interface OpenBackend {
  id: string;
  freeSlots: readonly (0 | 1)[];
  /** A taken slot's task is in hand, so a further one would be prefetched. */
  isBusy: boolean;
  /** Expected seconds until what it has is done. */
  outstandingSeconds: number;
  /** The models that will be loaded then; undefined when nothing is known. */
  residency: string | undefined;
  /** Learned seconds per work unit, by workflow. */
  secondsPerUnit: ReadonlyMap<string, number>;
}

export interface PlanInput {
  ready: readonly ReadyTask[];
  /** Up, enabled, not draining, owned. Backends without a free slot belong here too: estimates need them. */
  backends: readonly OpenBackend[];
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
  /** Of the tasks that stay queued, in their order. */
  waiting: WaitEstimate[];
}

/** Seconds to expect for loading models that are not there, before anything was learned about it. */
const coldSeconds = 10;

interface Place {
  backend: OpenBackend;
  free: (0 | 1)[];
  isBusy: boolean;
  outstandingSeconds: number;
  residency: string | undefined;
  /** Kept idle for a long task that waited too long: nothing is prefetched here. */
  isReserved: boolean;
}

/**
 * Decides which waiting task goes to which slot. Pure: equal inputs give equal plans.
 *
 * Tasks are taken in the order of `orderReady`. Each goes to an idle backend if one can run it, else it is prefetched
 * on a busy one; among several, to the one that will be done with it first, loading included. A backend that failed
 * it gets it again only when no other open one can run it, or when it waited too long.
 */
export function plan(input: PlanInput): Plan {
  const places = input.backends.map(toPlace);
  const assignments: PlannedAssignment[] = [];
  const waiting: ReadyTask[] = [];
  const interactiveLeft = input.ready.filter(({ lane }) => lane === 'interactive').length;
  let interactiveWaiting = interactiveLeft;
  let freeSlots = places.reduce((sum, { free }) => sum + free.length, 0);
  /** Needs that no free slot can serve any more; saves looking at every place for every task of a long queue. */
  const exhausted = new Set<ReadonlySet<string>>();

  for (const task of orderReady(input)) {
    if (freeSlots === 0 || exhausted.has(task.runsOn)) {
      waiting.push(task);
      continue;
    }
    const able = ablePlaces(input, places, task);
    const open = able.filter((place) => isOpenFor(place, task, interactiveWaiting));
    const place = firstDone(open, task);
    const slot = place?.free.shift();
    if (!place || slot === undefined) {
      waiting.push(task);
      reserveFor(input, able, task);
      if (task.lane !== 'long' && task.failedOn.size === 0) exhausted.add(task.runsOn);
      continue;
    }
    assignments.push({ taskId: task.id, attempt: task.attempt, backendId: place.backend.id, slot });
    occupy(place, task);
    freeSlots -= 1;
    if (task.lane === 'interactive') interactiveWaiting -= 1;
  }
  return { assignments, waiting: estimateWaits(input, places, waiting) };
}

const toPlace = (backend: OpenBackend): Place => ({
  backend,
  free: [...backend.freeSlots],
  isBusy: backend.isBusy,
  outstandingSeconds: backend.outstandingSeconds,
  residency: backend.residency,
  isReserved: false,
});

const waitedTooLong = ({ nowMs, longestWaitMs }: PlanInput, task: ReadyTask): boolean =>
  nowMs - task.createdAtMs > longestWaitMs;

const byAge = (a: ReadyTask, b: ReadyTask): number => a.createdAtMs - b.createdAtMs || (a.id < b.id ? -1 : 1);

/**
 * Who comes first: those that waited too long, oldest first; then lane by lane. Inside a lane the user who got least
 * lately comes next, each pick counting as if it had run; a user's own tasks keep their order.
 */
export function orderReady(input: PlanInput): ReadyTask[] {
  const aged = input.ready.filter((task) => waitedTooLong(input, task)).sort(byAge);
  const rest = input.ready.filter((task) => !waitedTooLong(input, task));
  const usage = new Map(input.usageSeconds);
  for (const task of aged) charge(usage, task);
  return [
    ...aged,
    ...lanes.flatMap((lane) => takeTurns(rest.filter((task) => task.lane === lane).sort(byAge), usage)),
  ];
}

function charge(usage: Map<string, number>, task: ReadyTask): number {
  const seconds = (usage.get(task.userId) ?? 0) + task.estimateSeconds;
  usage.set(task.userId, seconds);
  return seconds;
}

/**
 * A task's turn comes when its user has got as much as the others: at what the user got before it. Sorting by that is
 * the same as picking the least served user again and again, and takes one pass.
 */
function takeTurns(oldestFirst: readonly ReadyTask[], usage: Map<string, number>): ReadyTask[] {
  const turns = oldestFirst.map((task, age) => {
    const before = usage.get(task.userId) ?? 0;
    charge(usage, task);
    return { task, before, age };
  });
  return turns.sort((a, b) => a.before - b.before || a.age - b.age).map(({ task }) => task);
}

/** Where the task may go at all, full or not. */
function ablePlaces(input: PlanInput, places: readonly Place[], task: ReadyTask): Place[] {
  const able = places.filter(({ backend }) => task.runsOn.has(backend.id));
  if (task.failedOn.size === 0 || waitedTooLong(input, task)) return able;
  const untried = able.filter(({ backend }) => !task.failedOn.has(backend.id));
  return untried.length > 0 ? untried : able;
}

function isOpenFor(place: Place, task: ReadyTask, interactiveWaiting: number): boolean {
  if (place.free.length === 0) return false;
  if (!place.isBusy) return true;
  if (place.isReserved) return false;
  return task.lane !== 'long' || interactiveWaiting === 0;
}

/** Idle places first, whatever is loaded there: an idle GPU is lost for good. */
function firstDone(open: readonly Place[], task: ReadyTask): Place | undefined {
  const idle = open.filter(({ isBusy }) => !isBusy);
  let best: Place | undefined;
  let bestSeconds = Number.POSITIVE_INFINITY;
  for (const place of idle.length > 0 ? idle : open) {
    const seconds = doneAfterSeconds(place, task);
    if (seconds < bestSeconds) {
      best = place;
      bestSeconds = seconds;
    }
  }
  return best;
}

export const expectedSeconds = (
  backend: Pick<OpenBackend, 'secondsPerUnit'>,
  task: Pick<ReadyTask, 'workflowName' | 'workUnits' | 'estimateSeconds'>,
): number => {
  const perUnit = backend.secondsPerUnit.get(task.workflowName);
  return perUnit === undefined ? task.estimateSeconds : perUnit * task.workUnits;
};

function doneAfterSeconds(place: Place, task: ReadyTask): number {
  const isCold = task.residency !== '' && place.residency !== task.residency;
  return place.outstandingSeconds + (isCold ? coldSeconds : 0) + expectedSeconds(place.backend, task);
}

function occupy(place: Place, task: ReadyTask): void {
  place.outstandingSeconds = doneAfterSeconds(place, task);
  place.residency = task.residency;
  place.isBusy = true;
}

/**
 * A long task that waited too long may not be prefetched before interactive ones, and a busy pool is never idle:
 * so the backend that will be idle first is kept for it.
 */
function reserveFor(input: PlanInput, able: readonly Place[], task: ReadyTask): void {
  if (task.lane !== 'long' || !waitedTooLong(input, task)) return;
  const unreserved = able.filter(({ isReserved }) => !isReserved);
  const soonest = unreserved.reduce<Place | undefined>(
    (best, place) => (best && best.outstandingSeconds <= place.outstandingSeconds ? best : place),
    undefined,
  );
  if (soonest) soonest.isReserved = true;
}

/** Goes on with the plan as if slots were free as soon as the work before is done. */
function estimateWaits(
  input: PlanInput,
  places: readonly Place[],
  waiting: readonly ReadyTask[],
): WaitEstimate[] {
  return waiting.slice(0, input.estimates).map((task, index) => {
    const able = ablePlaces(input, places, task);
    const place = able.reduce<Place | undefined>(
      (best, other) => (best && doneAfterSeconds(best, task) <= doneAfterSeconds(other, task) ? best : other),
      undefined,
    );
    if (place) occupy(place, task);
    const etaSeconds = place && Math.ceil(place.outstandingSeconds);
    return { taskId: task.id, queuePosition: index + 1, etaSeconds };
  });
}
