import { lanes } from '@star-graph/workflows';
import { meanTaskSeconds, type Served, servedSeconds } from './fairShare.ts';
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
  /** By person, oldest first. */
  readonly lines: Map<string, ReadyTask[]>;
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
  /** What the waiting tasks take on average, on an ordinary backend. */
  readonly taskSeconds: number;
  /** GPU-seconds by person, those of this plan included. */
  readonly served: Served;
  /** The first tasks of people's lines that waited too long as the first, the longest first. */
  readonly due: readonly WaitingTask[];
  /** Who has tasks in these groups. */
  peopleIn(groups: readonly TaskGroup[]): ReadonlySet<string>;
  /** By large models, those that tasks wait for. */
  readonly wanted: ReadonlyMap<string, WantedModels>;
  take(group: TaskGroup, task: ReadyTask, seconds: number): void;
}

const byAge = (a: ReadyTask, b: ReadyTask): number => a.createdAtMs - b.createdAtMs || (a.id < b.id ? -1 : 1);

export function groupWaiting(input: PlanInput): WaitingTasks {
  const groups = new Map<string, TaskGroup>();
  const groupOf = new Map<ReadyTask, TaskGroup>();
  const nameOf = createSetNames();
  const wanted = new Map<string, WantedModels>();
  const served = new Map(input.servedSeconds);
  const heads = new Map<string, ReadyTask>();
  for (const task of input.ready.toSorted(byAge)) {
    const { userId, lane, runsOn, failedOn, residency } = task;
    const { base } = residency;
    // A task that failed on a backend has a group of its own: that backend is closed to it.
    const id = failedOn.size > 0 ? task.id : `${nameOf(runsOn)} ${lane} ${base}`;
    const group = groups.get(id) ?? {
      index: groups.size,
      lane,
      runsOn,
      failedOn,
      residency,
      lines: new Map(),
    };
    groups.set(id, group);
    groupOf.set(task, group);
    const line = group.lines.get(userId);
    if (line) line.push(task);
    else group.lines.set(userId, [task]);
    wanted.set(base, { residency, count: (wanted.get(base)?.count ?? 0) + 1 });
    if (!heads.has(userId)) heads.set(userId, task);
  }
  const left = new Set(groups.values());
  const peopleIn = new Map<string, ReadonlySet<string>>();
  let due = listDue(input, heads, groupOf);
  return {
    groups: left,
    taskSeconds: meanTaskSeconds(input.ready),
    served,
    get due() {
      return due;
    },
    peopleIn(some) {
      const key = some.map(({ index }) => index).join();
      const people = peopleIn.get(key) ?? new Set(some.flatMap(({ lines }) => [...lines.keys()]));
      peopleIn.set(key, people);
      return people;
    },
    wanted,
    take(group, task, seconds) {
      const line = group.lines.get(task.userId) ?? [];
      line.splice(line.indexOf(task), 1);
      if (line.length === 0) {
        group.lines.delete(task.userId);
        peopleIn.clear();
      }
      if (group.lines.size === 0) left.delete(group);
      const models = wanted.get(group.residency.base);
      if (models) models.count -= 1;
      served.set(task.userId, servedSeconds(served, task.userId) + seconds);
      if (due.some((one) => one.task === task)) due = due.filter((one) => one.task !== task);
    },
  };
}

function listDue(
  { nowMs, longestWaitMs, firstSinceMs }: PlanInput,
  heads: ReadonlyMap<string, ReadyTask>,
  groupOf: ReadonlyMap<ReadyTask, TaskGroup>,
): WaitingTask[] {
  const sinceMs = (task: ReadyTask) => firstSinceMs?.get(task.id) ?? task.createdAtMs;
  return [...heads.values()]
    .filter((task) => nowMs - sinceMs(task) > longestWaitMs)
    .sort((a, b) => sinceMs(a) - sinceMs(b))
    .flatMap((task) => {
      const group = groupOf.get(task);
      return group ? [{ group, task }] : [];
    });
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

/**
 * The tasks of people who may be next, the least served first; each task counts as if it had run. With equal service
 * the shorter lane comes first, then the older task.
 * @param upTo GPU-seconds up to which a person may be next.
 * @param most so many at most.
 */
export function takeTurns(
  groups: readonly TaskGroup[],
  served: Served,
  { upTo, most }: { upTo: number; most: number },
): WaitingTask[] {
  const turns: (WaitingTask & { before: number })[] = [];
  for (const group of groups)
    for (const [userId, line] of group.lines) {
      let before = servedSeconds(served, userId);
      if (before > upTo) continue;
      for (const task of line.slice(0, most)) {
        turns.push({ group, task, before });
        before += task.estimateSeconds;
      }
    }
  const laneOf = ({ group }: WaitingTask) => lanes.indexOf(group.lane);
  return turns
    .sort((a, b) => a.before - b.before || laneOf(a) - laneOf(b) || byAge(a.task, b.task))
    .slice(0, most);
}
