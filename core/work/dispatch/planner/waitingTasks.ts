import { eligibleUpTo, type Person, type UpTo } from './fairShare.ts';
import { createHeldSlots, type HeldSlots } from './heldSlots.ts';
import type { PlanFacts, ReadyTask } from './planInput.ts';
import type { Residency } from './residency.ts';
import { byAge, estimateMsOf, type IndexedGroup, type TaskIndex } from './taskIndex.ts';

/** A group as the plan leaves it. */
export interface TaskGroup extends Omit<IndexedGroup, 'lines'> {
  /** The group's place among the groups. */
  readonly index: number;
  readonly lines: Line[];
}

/** A person's tasks in a group, oldest first. */
interface Line {
  readonly person: Person;
  tasks: readonly ReadyTask[];
  /** Those of `tasks`, once some were taken: others would read them as well. */
  own?: ReadyTask[];
}

export interface WaitingTask {
  group: TaskGroup;
  task: ReadyTask;
}

/** It comes before all that have their turn. */
interface FirstTask extends WaitingTask {
  rule: 'moved-to-front' | 'waited-too-long';
}

export interface WantedModels {
  residency: Residency;
  /** How many tasks wait for them. */
  count: number;
}

/** The waiting tasks as a plan leaves them; the index that it began with stays as it is. */
export interface WaitingTasks {
  readonly groups: ReadonlySet<TaskGroup>;
  /** What was moved to the front; then the first tasks of people's lines that waited too long as the first. */
  readonly first: readonly FirstTask[];
  /** The models that tasks wait for, by their large files. */
  readonly wanted: ReadonlyMap<string, WantedModels>;
  /** How much somebody with tasks in these groups may have got to be next. */
  upTo(groups: readonly TaskGroup[]): UpTo;
  /** @param untilSeconds when its slot is expected to be free; without it, it gets none. */
  take(group: TaskGroup, task: ReadyTask, seconds: number, untilSeconds?: number): void;
  /** When the first of the people who are held back may have one more task; infinite while nobody is. */
  readonly freeAfterSeconds: number;
  /** Lets the tasks of people who were held back wait with the others again. */
  release(seconds: number): void;
}

export function* openWaiting(facts: PlanFacts, index: TaskIndex): Generator<undefined, WaitingTasks> {
  const slots = createHeldSlots(facts);
  const { groups, heads, places, front } = yield* openGroups(facts, index, slots);
  const pool = { taskSeconds: index.meanSeconds, backends: facts.backends.length };
  const wanted = countWanted(groups);
  const people = createPeopleIn();
  const held = createHeldBack(slots, places, { groups, wanted, people });
  let due = listDue(facts, heads);
  let moved = front;
  return {
    groups,
    get first() {
      if (moved.length === 0) return due;
      return [...moved.filter(({ task }) => !slots.isFull(task.userId)), ...due];
    },
    wanted,
    upTo: (some) => eligibleUpTo(people.of(some), pool),
    take(group, task, seconds, untilSeconds) {
      const line = group.lines.find(({ person }) => person.userId === task.userId);
      if (!line) return;
      line.own ??= [...line.tasks];
      line.own.splice(line.own.indexOf(task), 1);
      line.tasks = line.own;
      line.person.served += seconds / line.person.weight;
      line.person.waitingMs -= estimateMsOf(task);
      if (line.tasks.length === 0) {
        group.lines.splice(group.lines.indexOf(line), 1);
        people.drop(group, line.person);
      }
      if (group.lines.length === 0) groups.delete(group);
      countModels(wanted, group, -1);
      const isFull = untilSeconds !== undefined && held.take(line.person, untilSeconds);
      const isTaken = (one: WaitingTask) => one.task === task || (isFull && one.task.userId === task.userId);
      if (due.some(isTaken)) due = due.filter((one) => !isTaken(one));
      if (moved.length > 0) moved = moved.filter((one) => one.task !== task);
    },
    get freeAfterSeconds() {
      return held.freeAfterSeconds();
    },
    release: (seconds) => held.release(seconds),
  };
}

/** A person's line in a group, there or held back. */
interface Place {
  group: TaskGroup;
  line: Line;
}

const linesAtOnce = 256;

/** The only visit to each line, so it does little. */
function* openGroups({ servedSeconds, policies }: PlanFacts, index: TaskIndex, slots: HeldSlots) {
  const people = new Map<string, Person>();
  const heads = new Map<Person, WaitingTask>();
  const groups = new Set<TaskGroup>();
  const moved = index.listMoved();
  const opened = new Map<IndexedGroup, TaskGroup>();
  /** The waiting tasks of people whose slots are limited. */
  const places = new Map<Person, Place[]>();
  let count = 0;
  let lines = 0;
  for (const indexed of index.groups()) {
    const group = { ...indexed, index: count, lines: [] as Line[] };
    count += 1;
    if (moved.length > 0) opened.set(indexed, group);
    for (const [userId, lent] of indexed.lines) {
      lent.isLent = true;
      lines += 1;
      if (lines % linesAtOnce === 0) yield;
      const policy = policies?.get(userId);
      const served = servedSeconds.get(userId) ?? 0;
      const person = people.get(userId) ?? { userId, weight: policy?.weight ?? 1, served, waitingMs: 0 };
      person.waitingMs += lent.waitingMs;
      people.set(userId, person);
      const line: Line = { person, tasks: lent.tasks };
      if (policy && policy.simultaneousTasks !== null) {
        const ofPerson = places.get(person) ?? [];
        ofPerson.push({ group, line });
        places.set(person, ofPerson);
        if (slots.isFull(userId)) continue;
      }
      group.lines.push(line);
      const [task] = lent.tasks;
      const head = heads.get(person);
      if (task && (!head || byAge(task, head.task) < 0)) heads.set(person, { group, task });
    }
    if (group.lines.length > 0) groups.add(group);
  }
  const front = moved.flatMap(({ task, group: indexed }): FirstTask[] => {
    const group = opened.get(indexed);
    return group ? [{ task, group, rule: 'moved-to-front' }] : [];
  });
  return { groups, heads: heads.values(), places, front };
}

/** Takes the lines of people away who hold as many slots as they may, so that nobody waits behind them. */
function createHeldBack(
  slots: HeldSlots,
  places: ReadonlyMap<Person, readonly Place[]>,
  { groups, wanted, people }: { groups: Set<TaskGroup>; wanted: Map<string, WantedModels>; people: PeopleIn },
) {
  const held = new Set([...places.keys()].filter(({ userId }) => slots.isFull(userId)));

  function give(person: Person): void {
    for (const { group, line } of places.get(person) ?? []) {
      if (line.tasks.length === 0) continue;
      group.lines.push(line);
      groups.add(group);
      people.join(group, person);
      countModels(wanted, group, line.tasks.length);
    }
  }

  return {
    /** @returns whether they are held back now. */
    take(person: Person, untilSeconds: number): boolean {
      slots.take(person.userId, untilSeconds);
      if (!slots.isFull(person.userId)) return false;
      held.add(person);
      for (const { group, line } of places.get(person) ?? []) {
        if (line.tasks.length === 0) continue;
        group.lines.splice(group.lines.indexOf(line), 1);
        people.drop(group, person);
        if (group.lines.length === 0) groups.delete(group);
        countModels(wanted, group, -line.tasks.length);
      }
      return true;
    },
    freeAfterSeconds(): number {
      let first = Number.POSITIVE_INFINITY;
      for (const { userId } of held) first = Math.min(first, slots.freeAfterSeconds(userId));
      return first;
    },
    release(seconds: number): void {
      const [...waiting] = people.of([...groups]);
      const least = Math.min(...waiting.map(({ served }) => served));
      for (const person of held) {
        if (slots.freeAfterSeconds(person.userId) > seconds) continue;
        held.delete(person);
        slots.pass(person.userId, seconds);
        // As who comes back.
        if (waiting.length > 0) person.served = Math.max(person.served, least);
        give(person);
      }
    },
  };
}

function countModels(wanted: Map<string, WantedModels>, { residency }: TaskGroup, change: number): void {
  const models = wanted.get(residency.base) ?? { residency, count: 0 };
  models.count += change;
  wanted.set(residency.base, models);
}

/** In an order that does not depend on that of the tasks, as sums are made in it. */
function countWanted(groups: Iterable<TaskGroup>): Map<string, WantedModels> {
  const wanted = new Map<string, WantedModels>();
  for (const { residency, lines } of groups) {
    const models = wanted.get(residency.base) ?? { residency, count: 0 };
    wanted.set(residency.base, models);
    for (const { tasks } of lines) models.count += tasks.length;
  }
  return new Map([...wanted].sort(([a], [b]) => (a < b ? -1 : 1)));
}

type PeopleIn = ReturnType<typeof createPeopleIn>;

/** Who has tasks in some groups, kept from one question to the next. */
function createPeopleIn() {
  const known = new Map<string, { groups: ReadonlySet<TaskGroup>; lines: Map<Person, number> }>();
  return {
    of(groups: readonly TaskGroup[]): Iterable<Person> {
      const key = groups.map(({ index }) => index).join();
      const entry = known.get(key) ?? { groups: new Set(groups), lines: countLines(groups) };
      known.set(key, entry);
      return entry.lines.keys();
    },
    /** The person has tasks in the group again. */
    join(group: TaskGroup, person: Person): void {
      for (const { groups, lines } of known.values())
        if (groups.has(group)) lines.set(person, (lines.get(person) ?? 0) + 1);
    },
    /** The person has no tasks in the group any more. */
    drop(group: TaskGroup, person: Person): void {
      for (const { groups, lines } of known.values()) {
        if (!groups.has(group)) continue;
        const left = (lines.get(person) ?? 0) - 1;
        if (left > 0) lines.set(person, left);
        else lines.delete(person);
      }
    },
  };
}

function countLines(groups: readonly TaskGroup[]): Map<Person, number> {
  const counts = new Map<Person, number>();
  for (const { lines } of groups)
    for (const { person } of lines) counts.set(person, (counts.get(person) ?? 0) + 1);
  return counts;
}

function listDue(
  { nowMs, longestWaitMs, firstSinceMs }: PlanFacts,
  heads: Iterable<WaitingTask>,
): FirstTask[] {
  const sinceMs = ({ task }: WaitingTask) => firstSinceMs?.get(task.id) ?? task.createdAtMs;
  return [...heads]
    .filter((head) => nowMs - sinceMs(head) > longestWaitMs)
    .sort((a, b) => sinceMs(a) - sinceMs(b) || byAge(a.task, b.task))
    .map((head) => ({ ...head, rule: 'waited-too-long' }));
}
