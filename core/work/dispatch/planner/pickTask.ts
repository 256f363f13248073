import { type UpTo, upToAll } from './fairShare.ts';
import type { PlanFacts, ReadyTask } from './planInput.ts';
import {
  doneAfterSeconds,
  isWarmFor,
  loadSeconds,
  type PlannedBackend,
  runSeconds,
} from './plannedBackend.ts';
import { takeTurns } from './takeTurns.ts';
import type { TaskGroup, WaitingTask, WaitingTasks } from './waitingTasks.ts';
import { byWanted, listWanted, type Offer } from './wantedModels.ts';

/** Of so many backends, one is kept free of long tasks; of fewer, one all the same. */
const backendsPerKept = 4;

/**
 * Long tasks never hold all backends that can run them: ComfyUI cannot pause, so a short task would wait for minutes.
 * A single backend takes them, as there is no other.
 * @param able the backends that can run the long task.
 */
function mayHoldLong(candidate: PlannedBackend, able: readonly PlannedBackend[]): boolean {
  if (able.length < 2 || candidate.holdsLong) return true;
  const kept = Math.max(1, Math.floor(able.length / backendsPerKept));
  return able.filter(({ holdsLong }) => holdsLong).length < able.length - kept;
}

/**
 * Why a task is the next one of a backend. `moved-to-front`: by an administrator. `waited-too-long`: as the first of its person's line. `models-loaded`: its
 * models are there. `models-wanted`: its models are wanted most. `others-decline`: one of these two, and the people who
 * come first would have their results sooner elsewhere. `done-soonest`: no backend would pick it now, and it would be
 * done first here.
 */
export const pickRules = [
  'moved-to-front',
  'waited-too-long',
  'models-loaded',
  'models-wanted',
  'others-decline',
  'done-soonest',
] as const;
export type PickRule = (typeof pickRules)[number];

interface PickedTask {
  candidate: PlannedBackend;
  group: TaskGroup;
  task: ReadyTask;
}

export interface NextTask extends PickedTask {
  rule: PickRule;
}

export interface PickOptions {
  /** All backends, full or not. */
  candidates: readonly PlannedBackend[];
  waiting: WaitingTasks;
  nowMs: number;
  wantedSinceMs: PlanFacts['wantedSinceMs'];
  /** Looks ahead: each backend is taken as it will be when its work is done. */
  isLater: boolean;
}

/** The backends that may run the group at all, full or not. */
export function ableBackends(
  candidates: readonly PlannedBackend[],
  group: TaskGroup,
  isDue: boolean,
): PlannedBackend[] {
  const able = candidates.filter(({ backend }) => group.runsOn.has(backend.id));
  if (group.failedOn.size === 0 || isDue) return able;
  const untried = able.filter(({ backend }) => !group.failedOn.has(backend.id));
  return untried.length > 0 ? untried : able;
}

/**
 * The next task of one of the open backends: one that was moved to the front, or waited too long; else one for models that an idle backend has
 * loaded; else one for the models that are wanted most. Behind a running task comes only a task without a swap: a better
 * one may arrive until that ends.
 * @param open those with a free slot, the soonest done first.
 */
export function pickNext(open: readonly PlannedBackend[], options: PickOptions): NextTask | undefined {
  const first = pickFirst(open, options);
  if (first) return first;
  const isIdle = ({ isBusy }: PlannedBackend) => options.isLater || !isBusy;
  const idle = open.filter(isIdle).map((candidate) => offerTo(candidate, options));
  const busy = open.filter((one) => !isIdle(one)).map((candidate) => offerTo(candidate, options));
  // The people who come first want none of these: they would have their results sooner elsewhere.
  const left = idle.map(({ candidate }) => offerTo(candidate, options, upToAll));
  const tries: [PickRule, () => PickedTask | undefined][] = [
    ['models-loaded', () => pickWarm(idle, options)],
    ['models-wanted', () => pickWanted(idle, options)],
    ['others-decline', () => pickWarm(left, options) ?? pickWanted(left, options)],
    ['models-loaded', () => pickWarm(busy, options)],
  ];
  for (const [rule, pick] of tries) {
    const picked = pick();
    if (picked) return { ...picked, rule };
  }
  return undefined;
}

/** Groups and limit are computed on their first read: most plans get no further than the first backends. */
function offerTo(candidate: PlannedBackend, options: PickOptions, most?: UpTo): Offer {
  const { waiting } = options;
  let groups: TaskGroup[] | undefined;
  let upTo = most;
  return {
    candidate,
    get groups() {
      groups ??= [...waiting.groups].filter((group) => isOpenFor(candidate, group, false, options));
      return groups;
    },
    get upTo() {
      upTo ??= waiting.upTo(this.groups);
      return upTo;
    },
  };
}

function isOpenFor(
  candidate: PlannedBackend,
  group: TaskGroup,
  isDue: boolean,
  { candidates }: Pick<PickOptions, 'candidates'>,
): boolean {
  if (!group.runsOn.has(candidate.backend.id)) return false;
  if (group.lane !== 'long' && group.failedOn.size === 0) return true;
  const able = ableBackends(candidates, group, isDue);
  return able.includes(candidate) && (group.lane !== 'long' || mayHoldLong(candidate, able));
}

function pickFirst(open: readonly PlannedBackend[], options: PickOptions): NextTask | undefined {
  for (const first of options.waiting.first) {
    const isDue = first.rule === 'waited-too-long';
    const able = open.filter((candidate) => isOpenFor(candidate, first.group, isDue, options));
    const candidate = isDue ? placeDue(able, first, options) : soonestFor(able, first);
    if (candidate) return { candidate, ...first };
  }
  return undefined;
}

/** Where a task that was moved to the front has its result first, of the backends with a free slot. */
const soonestFor = (able: readonly PlannedBackend[], { task }: WaitingTask): PlannedBackend | undefined =>
  able.toSorted((a, b) => doneAfterSeconds(a, task) - doneAfterSeconds(b, task))[0];

/**
 * A task that waited too long takes an idle backend, or comes next where its models are loaded. If they are loaded
 * nowhere, it comes next where the least wanted models are.
 */
function placeDue(
  able: readonly PlannedBackend[],
  { group, task }: WaitingTask,
  options: PickOptions,
): PlannedBackend | undefined {
  const isWarm = (candidate: PlannedBackend) => isWarmFor(candidate, task);
  const idle = able.filter(({ isBusy }) => options.isLater || !isBusy);
  const isLoaded = options.candidates.some((one) => group.runsOn.has(one.backend.id) && isWarm(one));
  return (
    idle.find(isWarm) ??
    byWanted(idle, task, options)[0] ??
    able.find(isWarm) ??
    (isLoaded ? undefined : byWanted(able, task, options)[0])
  );
}

/** The first of the least served for what a backend has loaded. */
function pickWarm(offers: readonly Offer[], options: PickOptions): PickedTask | undefined {
  for (const offer of offers) {
    const { candidate } = offer;
    const warm = offer.groups.filter((group) => isWarmFor(candidate, group));
    if (warm.length === 0) continue;
    const picked = firstBestHere({ candidate, groups: warm, upTo: offer.upTo }, options, true);
    if (picked) return { candidate, ...picked };
  }
  return undefined;
}

/** The set that eligible people want most, by the backends that have it; it replaces the set that the fewest want. */
function pickWanted(offers: readonly Offer[], options: PickOptions): PickedTask | undefined {
  for (const residency of listWanted(offers, options)) {
    const able = new Map<PlannedBackend, Offer>();
    for (const { candidate, groups, upTo } of offers) {
      const wanting = groups.filter((group) => group.residency.base === residency.base);
      if (wanting.length > 0) able.set(candidate, { candidate, groups: wanting, upTo });
    }
    for (const candidate of byWanted([...able.keys()], { residency }, options)) {
      const offer = able.get(candidate);
      const picked = offer && firstBestHere(offer, options, false);
      if (picked) return { candidate, ...picked };
    }
  }
  return undefined;
}

/** How many tasks of a set are tried. If all of them are better elsewhere, the rest waits for a later plan. */
const lookAhead = { now: 256, later: 16 };

/**
 * The first in turn that would not have its result sooner on another backend.
 * @param isWarm whether its models are loaded here. If not, other idle backends do not count as sooner: they would load
 * them too, and the set replaces the least wanted one.
 */
function firstBestHere(
  { candidate, groups, upTo }: Offer,
  options: PickOptions,
  isWarm: boolean,
): WaitingTask | undefined {
  /** Seconds of skipped tasks that are better there: later tasks wait behind them. */
  const ahead = new Map<PlannedBackend, number>();
  const isSooner = (turn: WaitingTask) => findSooner(candidate, turn, { ...options, ahead, isWarm });
  const most = options.isLater ? lookAhead.later : lookAhead.now;
  let last: WaitingTask | undefined;
  let tried = 0;
  for (const turn of takeTurns(groups, upTo)) {
    const sooner = isSooner(turn);
    if (!sooner) return turn;
    last = turn;
    tried += 1;
    if (tried === most) break;
    const queued = ahead.get(sooner);
    // The first of them loads for all.
    const load = queued === undefined ? loadSeconds(sooner, turn.task) : 0;
    ahead.set(sooner, (queued ?? 0) + load + runSeconds(sooner.backend, turn.task));
  }
  return last && !candidate.isBusy && isWantedSteadily(candidate, last.task, options) ? last : undefined;
}

/**
 * Whether tasks have waited for these models without a break for as long as loading them takes: the load would have
 * paid off if it had begun at once. The last task in turn is taken, because it would wait longest.
 */
function isWantedSteadily(
  candidate: PlannedBackend,
  task: ReadyTask,
  { wantedSinceMs, nowMs }: PickOptions,
): boolean {
  const sinceMs = wantedSinceMs?.get(task.residency.base);
  return sinceMs !== undefined && nowMs - sinceMs >= loadSeconds(candidate, task) * 1_000;
}

function findSooner(
  candidate: PlannedBackend,
  { group, task }: WaitingTask,
  options: PickOptions & { ahead: ReadonlyMap<PlannedBackend, number>; isWarm: boolean },
): PlannedBackend | undefined {
  let sooner: PlannedBackend | undefined;
  let least = doneAfterSeconds(candidate, task);
  for (const other of options.candidates) {
    // Before the rest, which costs more: hardly any backend is left.
    if (other === candidate || other.outstandingSeconds >= least) continue;
    if (!isOpenFor(other, group, false, options)) continue;
    const areIdle = !candidate.isBusy && !other.isBusy;
    if (areIdle && !options.isWarm) continue;
    const there = doneAfterSeconds(other, task) + (options.ahead.get(other) ?? 0);
    if (there < least) [sooner, least] = [other, there];
  }
  return sooner;
}
