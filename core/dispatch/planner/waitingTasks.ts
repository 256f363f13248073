import { lanes } from '@star-graph/workflows';
import { eligibleUpTo, type Person } from './fairShare.ts';
import type { PlanInput, ReadyTask } from './planInput.ts';
import type { Residency } from './residency.ts';

/** Waiting tasks that are alike to a backend: same needs, lane and large models. */
export interface TaskGroup {
  readonly index: number;
  readonly lane: ReadyTask['lane'];
  readonly runsOn: ReadonlySet<string>;
  readonly failedOn: ReadonlySet<string>;
  /** Of one of its tasks; the large files are the same for all. */
  readonly residency: Residency;
  /** By person's id. */
  readonly lines: Map<string, Line>;
}

/** A person's tasks in a group, oldest first. */
export interface Line {
  readonly person: Person;
  readonly tasks: ReadyTask[];
}

export interface WaitingTask {
  group: TaskGroup;
  task: ReadyTask;
}

export interface WantedModels {
  residency: Residency;
  /** How many tasks wait for them. */
  count: number;
}

/** The waiting tasks in groups: a queue of thousands has few groups, so a plan need not visit every task. */
export interface WaitingTasks {
  readonly groups: ReadonlySet<TaskGroup>;
  /** The first tasks of people's lines that waited too long as the first, the longest first. */
  readonly due: readonly WaitingTask[];
  /** By large models, those that tasks wait for. */
  readonly wanted: ReadonlyMap<string, WantedModels>;
  /** GPU-seconds up to which a person with tasks in these groups may be next. */
  upTo(groups: readonly TaskGroup[]): number;
  take(group: TaskGroup, task: ReadyTask, seconds: number): void;
}

const byAge = (a: ReadyTask, b: ReadyTask): number => a.createdAtMs - b.createdAtMs || (a.id < b.id ? -1 : 1);

export function groupWaiting(input: PlanInput): WaitingTasks {
  const { groupOf, all } = createGroups();
  const personOf = createPeople(input);
  const unsorted = new Set<ReadyTask[]>();
  let taskSeconds = 0;
  // The only visit to each task, so it does little.
  for (const task of input.ready) {
    const { lines } = groupOf(task);
    const tasks = lines.get(task.userId)?.tasks;
    const last = tasks?.at(-1);
    taskSeconds += task.estimateSeconds / input.ready.length;
    if (tasks) tasks.push(task);
    else lines.set(task.userId, { person: personOf(task.userId), tasks: [task] });
    if (tasks && last && byAge(last, task) > 0) unsorted.add(tasks);
  }
  for (const tasks of unsorted) tasks.sort(byAge);
  const wanted = countWanted(all);
  const people = createPeopleIn();
  let due = listDue(input, listHeads(all));
  return {
    groups: all,
    get due() {
      return due;
    },
    wanted,
    upTo: (groups) => eligibleUpTo(people.of(groups), taskSeconds),
    take(group, task, seconds) {
      const { person, tasks } = group.lines.get(task.userId) ?? { person: personOf(task.userId), tasks: [] };
      tasks.splice(tasks.indexOf(task), 1);
      if (tasks.length === 0) {
        group.lines.delete(task.userId);
        people.drop(group, person);
      }
      if (group.lines.size === 0) all.delete(group);
      const models = wanted.get(group.residency.base);
      if (models) models.count -= 1;
      person.served += seconds;
      if (due.some((one) => one.task === task)) due = due.filter((one) => one.task !== task);
    },
  };
}

function countWanted(groups: Iterable<TaskGroup>): Map<string, WantedModels> {
  const wanted = new Map<string, WantedModels>();
  for (const { residency, lines } of groups) {
    const models = wanted.get(residency.base) ?? { residency, count: 0 };
    wanted.set(residency.base, models);
    for (const { tasks } of lines.values()) models.count += tasks.length;
  }
  return wanted;
}

function listHeads(groups: Iterable<TaskGroup>): Iterable<WaitingTask> {
  const heads = new Map<Person, WaitingTask>();
  for (const group of groups)
    for (const {
      person,
      tasks: [task],
    } of group.lines.values()) {
      const head = heads.get(person);
      if (task && (!head || byAge(task, head.task) < 0)) heads.set(person, { group, task });
    }
  return heads.values();
}

/** A queue of ten thousand has a few hundred different objects in its tasks, so these are the keys. */
function createGroups() {
  const all = new Set<TaskGroup>();
  const byContent = new Map<string, TaskGroup>();
  const byObjects = new Map<ReadonlySet<string>, Map<Residency, Map<string, TaskGroup>>>();
  const nameOf = createSetNames();

  function add({ id, lane, runsOn, failedOn, residency }: ReadyTask): TaskGroup {
    // A task that failed on a backend has a group of its own: that backend is closed to it.
    const key = failedOn.size > 0 ? id : `${nameOf(runsOn)} ${lane} ${residency.base}`;
    const known = byContent.get(key);
    if (known) return known;
    const group = { index: byContent.size, lane, runsOn, failedOn, residency, lines: new Map() };
    byContent.set(key, group);
    all.add(group);
    return group;
  }

  function groupOf(task: ReadyTask): TaskGroup {
    const { runsOn, residency, lane, failedOn } = task;
    if (failedOn.size > 0) return add(task);
    const ofBackends = byObjects.get(runsOn) ?? new Map<Residency, Map<string, TaskGroup>>();
    byObjects.set(runsOn, ofBackends);
    const ofModels = ofBackends.get(residency) ?? new Map<string, TaskGroup>();
    ofBackends.set(residency, ofModels);
    const group = ofModels.get(lane) ?? add(task);
    ofModels.set(lane, group);
    return group;
  }
  return { groupOf, all };
}

function createPeople({ servedSeconds }: Pick<PlanInput, 'servedSeconds'>): (userId: string) => Person {
  const people = new Map<string, Person>();
  return (userId) => {
    const person = people.get(userId) ?? { userId, served: servedSeconds.get(userId) ?? 0 };
    people.set(userId, person);
    return person;
  };
}

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
    for (const { person } of lines.values()) counts.set(person, (counts.get(person) ?? 0) + 1);
  return counts;
}

function listDue(
  { nowMs, longestWaitMs, firstSinceMs }: PlanInput,
  heads: Iterable<WaitingTask>,
): WaitingTask[] {
  const sinceMs = ({ task }: WaitingTask) => firstSinceMs?.get(task.id) ?? task.createdAtMs;
  return [...heads]
    .filter((head) => nowMs - sinceMs(head) > longestWaitMs)
    .sort((a, b) => sinceMs(a) - sinceMs(b) || byAge(a.task, b.task));
}

/** Equal sets of backends get equal names, which are short, as each task's group is looked up by one. */
function createSetNames(): (set: ReadonlySet<string>) => number {
  const names = new Map<ReadonlySet<string>, number>();
  const byContent = new Map<string, number>();
  return (set) => {
    const known = names.get(set);
    if (known !== undefined) return known;
    const content = [...set].sort().join(' ');
    const name = byContent.get(content) ?? byContent.size;
    byContent.set(content, name);
    names.set(set, name);
    return name;
  };
}

interface FirstTurn extends WaitingTask {
  /** GPU-seconds of its person before it. */
  before: number;
}

interface Turn extends FirstTurn {
  tasks: readonly ReadyTask[];
  place: number;
}

/**
 * The tasks of people who may be next, the least served first; each task counts as if it had run. With equal service
 * the shorter lane comes first, then the older task.
 * @param upTo GPU-seconds up to which a person may be next.
 */
export function* takeTurns(groups: readonly TaskGroup[], upTo: number): Generator<WaitingTask, undefined> {
  const first = findFirst(groups, upTo);
  if (!first) return undefined;
  // Nearly always nobody asks further.
  yield first;
  const nexts = listTurns(groups, upTo);
  for (let isFirst = true; nexts.length > 0; isFirst = false) {
    const turn = nexts.reduce((a, b) => (comesBefore(b, a) ? b : a));
    if (!isFirst) yield { group: turn.group, task: turn.task };
    turn.before += turn.task.estimateSeconds;
    turn.place += 1;
    const next = turn.tasks[turn.place];
    if (next) turn.task = next;
    else nexts.splice(nexts.indexOf(turn), 1);
  }
  return undefined;
}

function findFirst(groups: readonly TaskGroup[], upTo: number): WaitingTask | undefined {
  let first: FirstTurn | undefined;
  for (const group of groups)
    for (const {
      person,
      tasks: [task],
    } of group.lines.values()) {
      if (!task || person.served > upTo || (first && person.served > first.before)) continue;
      const turn = { group, task, before: person.served };
      if (!first || comesBefore(turn, first)) first = turn;
    }
  return first && { group: first.group, task: first.task };
}

function listTurns(groups: readonly TaskGroup[], upTo: number): Turn[] {
  const turns: Turn[] = [];
  for (const group of groups)
    for (const { person, tasks } of group.lines.values()) {
      const [task] = tasks;
      if (task && person.served <= upTo) turns.push({ group, task, tasks, place: 0, before: person.served });
    }
  return turns;
}

const laneOf = ({ group }: WaitingTask): number => lanes.indexOf(group.lane);

const comesBefore = (a: FirstTurn, b: FirstTurn): boolean =>
  (a.before - b.before || laneOf(a) - laneOf(b) || byAge(a.task, b.task)) < 0;
