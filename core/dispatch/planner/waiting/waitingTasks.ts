import { eligibleUpTo, type Person } from '../fairShare.ts';
import type { PlanFacts, ReadyTask } from '../planInput.ts';
import type { Residency } from '../residency.ts';
import { byAge, type IndexedGroup, type TaskIndex } from './taskIndex.ts';

/** A group as the plan leaves it. */
export interface TaskGroup extends Omit<IndexedGroup, 'lines'> {
  /** Its place among the groups. */
  readonly index: number;
  readonly lines: Line[];
}

/** A person's tasks in a group, oldest first. */
export interface Line {
  readonly person: Person;
  tasks: readonly ReadyTask[];
  /** Those of `tasks`, once some were taken: others would read them as well. */
  own?: ReadyTask[];
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

/** The waiting tasks as a plan leaves them; the index that it began with stays as it is. */
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

export function openWaiting(facts: PlanFacts, index: TaskIndex): WaitingTasks {
  const { groups, heads } = openGroups(facts, index);
  const taskSeconds = index.meanSeconds;
  const wanted = countWanted(groups);
  const people = createPeopleIn();
  let due = listDue(facts, heads);
  return {
    groups,
    get due() {
      return due;
    },
    wanted,
    upTo: (some) => eligibleUpTo(people.of(some), taskSeconds),
    take(group, task, seconds) {
      const line = group.lines.find(({ person }) => person.userId === task.userId);
      if (!line) return;
      line.own ??= [...line.tasks];
      line.own.splice(line.own.indexOf(task), 1);
      line.tasks = line.own;
      line.person.served += seconds;
      if (line.tasks.length === 0) {
        group.lines.splice(group.lines.indexOf(line), 1);
        people.drop(group, line.person);
      }
      if (group.lines.length === 0) groups.delete(group);
      const models = wanted.get(group.residency.base);
      if (models) models.count -= 1;
      if (due.some((one) => one.task === task)) due = due.filter((one) => one.task !== task);
    },
  };
}

/** The only visit to each line, so it does little. */
function openGroups({ servedSeconds }: PlanFacts, index: TaskIndex) {
  const people = new Map<string, Person>();
  const heads = new Map<Person, WaitingTask>();
  const groups = new Set<TaskGroup>();
  for (const indexed of index.groups()) {
    const group = { ...indexed, index: groups.size, lines: [] as Line[] };
    groups.add(group);
    for (const [userId, line] of indexed.lines) {
      line.isLent = true;
      const person = people.get(userId) ?? { userId, served: servedSeconds.get(userId) ?? 0 };
      people.set(userId, person);
      const { tasks } = line;
      group.lines.push({ person, tasks });
      const [task] = tasks;
      const head = heads.get(person);
      if (task && (!head || byAge(task, head.task) < 0)) heads.set(person, { group, task });
    }
  }
  return { groups, heads: heads.values() };
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
    for (const { person } of lines) counts.set(person, (counts.get(person) ?? 0) + 1);
  return counts;
}

function listDue(
  { nowMs, longestWaitMs, firstSinceMs }: PlanFacts,
  heads: Iterable<WaitingTask>,
): WaitingTask[] {
  const sinceMs = ({ task }: WaitingTask) => firstSinceMs?.get(task.id) ?? task.createdAtMs;
  return [...heads]
    .filter((head) => nowMs - sinceMs(head) > longestWaitMs)
    .sort((a, b) => sinceMs(a) - sinceMs(b) || byAge(a.task, b.task));
}
