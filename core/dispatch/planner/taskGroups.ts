import { orderReady, waitedTooLong } from './fairOrder.ts';
import type { PlanInput, ReadyTask } from './planInput.ts';

export interface RankedTask {
  task: ReadyTask;
  /** Its place in the fair order. */
  rank: number;
  isAged: boolean;
}

/** Waiting tasks that are alike to a backend: same needs, models and lane. In fair order. */
export interface TaskGroup {
  readonly id: string;
  readonly lane: ReadyTask['lane'];
  readonly runsOn: ReadonlySet<string>;
  readonly failedOn: ReadonlySet<string>;
  readonly tasks: RankedTask[];
}

/** The waiting tasks in groups: a queue of thousands has few groups, so a plan need not visit every task. */
export interface TaskGroups {
  /** Groups that have tasks, by the rank of their first. */
  list(): TaskGroup[];
  take(group: TaskGroup, ranked: RankedTask): void;
  /** How many interactive tasks were not taken. */
  readonly interactive: number;
}

export function groupWaiting(input: PlanInput): TaskGroups {
  const groups = new Map<string, TaskGroup>();
  const setNames = new Map<ReadonlySet<string>, number>();
  let interactive = 0;
  for (const [rank, task] of orderReady(input).entries()) {
    const set = setNames.get(task.runsOn) ?? setNames.size;
    setNames.set(task.runsOn, set);
    // A task that failed on a backend has a group of its own: that backend is closed to it.
    const id = task.failedOn.size > 0 ? task.id : `${set} ${task.lane} ${task.residency.key}`;
    const { lane, runsOn, failedOn } = task;
    const group = groups.get(id) ?? { id, lane, runsOn, failedOn, tasks: [] };
    groups.set(id, group);
    group.tasks.push({ task, rank, isAged: waitedTooLong(input, task) });
    if (lane === 'interactive') interactive += 1;
  }
  const firstRank = ({ tasks: [first] }: TaskGroup) => first?.rank ?? Number.POSITIVE_INFINITY;
  return {
    list: () => [...groups.values()].sort((a, b) => firstRank(a) - firstRank(b)),
    take(group, ranked) {
      group.tasks.splice(group.tasks.indexOf(ranked), 1);
      if (group.tasks.length === 0) groups.delete(group.id);
      if (group.lane === 'interactive') interactive -= 1;
    },
    get interactive() {
      return interactive;
    },
  };
}
