import type { ReadyTask } from './planInput.ts';
import { type Residency, withoutMinor } from './residency.ts';
import { nameSet } from './setNames.ts';

/** Waiting tasks that are alike to a backend: same needs, lane and large models. */
export interface IndexedGroup {
  readonly lane: ReadyTask['lane'];
  readonly runsOn: ReadonlySet<string>;
  readonly failedOn: ReadonlySet<string>;
  /** The large files of the group's tasks, the same for all of them. */
  readonly residency: Residency;
  /** The waiting lines of people, by their ids. */
  readonly lines: ReadonlyMap<string, IndexedLine>;
}

/** A person's tasks in a group, oldest first. */
interface IndexedLine {
  readonly tasks: readonly ReadyTask[];
  /** What they take on ordinary backends. */
  readonly waitingMs: number;
  /** A plan reads them: whoever changes them makes a copy first. */
  isLent: boolean;
}

/**
 * The waiting tasks in groups. It is kept from plan to plan, so a task of a long queue costs something when it comes
 * and when it leaves, and not in each plan between.
 */
export interface TaskIndex<Task extends ReadyTask = ReadyTask> {
  readonly size: number;
  /** The mean time of its tasks on an ordinary backend. */
  readonly meanSeconds: number;
  groups(): Iterable<IndexedGroup>;
  /** How many tasks of each person wait. */
  readonly people: ReadonlyMap<string, number>;
  /** Those at the front of the queue, in their order; usually none. */
  listMoved(): { task: ReadyTask; group: IndexedGroup }[];
  find(taskId: string): Task | undefined;
  /** What it needs must not change while it is here. In place of an earlier one of the same id. */
  add(task: Task): void;
  remove(taskId: string): void;
}

interface Line extends IndexedLine {
  tasks: ReadyTask[];
  waitingMs: number;
}

interface Group extends IndexedGroup {
  readonly lines: Map<string, Line>;
}

/** Whole numbers: then no sum of them depends on the order of the tasks. */
export const estimateMsOf = ({ estimateSeconds }: Pick<ReadyTask, 'estimateSeconds'>): number =>
  Math.round(estimateSeconds * 1_000);

export const byAge = (a: ReadyTask, b: ReadyTask): number =>
  a.createdAtMs - b.createdAtMs || (a.id < b.id ? -1 : 1);

const byMove = (a: ReadyTask, b: ReadyTask): number => (a.movedAtMs ?? 0) - (b.movedAtMs ?? 0) || byAge(a, b);

export function createTaskIndex<Task extends ReadyTask>(tasks: Iterable<Task> = []): TaskIndex<Task> {
  const byId = new Map<string, Task>();
  const people = new Map<string, number>();
  const moved = new Map<string, Task>();
  const groups = createGroups();
  let estimateMs = 0;

  function count(task: ReadyTask, change: 1 | -1): void {
    const { userId } = task;
    estimateMs += change * estimateMsOf(task);
    const left = (people.get(userId) ?? 0) + change;
    if (left > 0) people.set(userId, left);
    else people.delete(userId);
  }

  function remove(taskId: string): void {
    const task = byId.get(taskId);
    if (!task) return;
    byId.delete(taskId);
    moved.delete(taskId);
    count(task, -1);
    const group = groups.of(task);
    const line = group.lines.get(task.userId);
    if (!line) return;
    ownLine(line);
    line.tasks.splice(line.tasks.indexOf(task), 1);
    line.waitingMs -= estimateMsOf(task);
    if (line.tasks.length > 0) return;
    group.lines.delete(task.userId);
    if (group.lines.size === 0) groups.drop(task);
  }

  function add(task: Task): void {
    remove(task.id);
    byId.set(task.id, task);
    if (task.movedAtMs !== undefined) moved.set(task.id, task);
    count(task, 1);
    const { lines } = groups.of(task);
    const line = lines.get(task.userId);
    if (!line)
      return void lines.set(task.userId, { tasks: [task], waitingMs: estimateMsOf(task), isLent: false });
    ownLine(line);
    const before = line.tasks.findLastIndex((one) => byAge(one, task) < 0);
    line.tasks.splice(before + 1, 0, task);
    line.waitingMs += estimateMsOf(task);
  }

  for (const task of tasks) add(task);
  return {
    get size() {
      return byId.size;
    },
    get meanSeconds() {
      return estimateMs / 1_000 / Math.max(1, byId.size);
    },
    groups: groups.list,
    people,
    listMoved: () => [...moved.values()].sort(byMove).map((task) => ({ task, group: groups.of(task) })),
    find: (taskId) => byId.get(taskId),
    add,
    remove,
  };
}

function ownLine(line: Line): void {
  if (!line.isLent) return;
  line.tasks = line.tasks.slice();
  line.isLent = false;
}

function createGroups() {
  /** By backends, then by the rest: the names of large sets are long. */
  const byBackends = new Map<string, Map<string, Group>>();
  // A task that failed on a backend has a group of its own: that backend is closed to it.
  const restOf = ({ id, lane, failedOn, residency }: ReadyTask): string =>
    failedOn.size > 0 ? id : `${lane} ${residency.base}`;
  return {
    /** Made if it is missing. */
    of(task: ReadyTask): Group {
      const { lane, runsOn, failedOn, residency } = task;
      const backends = nameSet(runsOn);
      const ofBackends = byBackends.get(backends) ?? new Map<string, Group>();
      byBackends.set(backends, ofBackends);
      const rest = restOf(task);
      const known = ofBackends.get(rest);
      if (known) return known;
      const group = { lane, runsOn, failedOn, residency: withoutMinor(residency), lines: new Map() };
      ofBackends.set(rest, group);
      return group;
    },
    drop(task: ReadyTask): void {
      const backends = nameSet(task.runsOn);
      const ofBackends = byBackends.get(backends);
      ofBackends?.delete(restOf(task));
      if (ofBackends?.size === 0) byBackends.delete(backends);
    },
    *list(): Generator<IndexedGroup> {
      for (const ofBackends of byBackends.values()) yield* ofBackends.values();
    },
  };
}
