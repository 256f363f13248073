import { orderReady, waitedTooLong } from './fairOrder.ts';
import type { PlanInput, ReadyTask } from './plan.ts';

export interface RankedTask {
  task: ReadyTask;
  /** Its place in the fair order. */
  rank: number;
  isAged: boolean;
}

/** Waiting tasks that are alike to a backend: same needs, same models, same lane. In fair order. */
export interface Kind {
  readonly id: string;
  readonly lane: ReadyTask['lane'];
  readonly runsOn: ReadonlySet<string>;
  readonly failedOn: ReadonlySet<string>;
  readonly tasks: RankedTask[];
}

/** The waiting tasks in kinds: a queue of thousands has few of them, so a plan need not look at every task. */
export interface WaitingKinds {
  /** Those that have tasks, by the rank of their first. */
  list(): Kind[];
  take(kind: Kind, ranked: RankedTask): void;
  /** Of interactive tasks that were not taken. */
  readonly interactive: number;
}

export function groupWaiting(input: PlanInput): WaitingKinds {
  const kinds = new Map<string, Kind>();
  const setNames = new Map<ReadonlySet<string>, number>();
  let interactive = 0;
  for (const [rank, task] of orderReady(input).entries()) {
    const set = setNames.get(task.runsOn) ?? setNames.size;
    setNames.set(task.runsOn, set);
    // What failed somewhere has places of its own.
    const id = task.failedOn.size > 0 ? task.id : `${set} ${task.lane} ${task.residency.key}`;
    const { lane, runsOn, failedOn } = task;
    const kind = kinds.get(id) ?? { id, lane, runsOn, failedOn, tasks: [] };
    kinds.set(id, kind);
    kind.tasks.push({ task, rank, isAged: waitedTooLong(input, task) });
    if (lane === 'interactive') interactive += 1;
  }
  const firstRank = ({ tasks: [first] }: Kind) => first?.rank ?? Number.POSITIVE_INFINITY;
  return {
    list: () => [...kinds.values()].sort((a, b) => firstRank(a) - firstRank(b)),
    take(kind, ranked) {
      kind.tasks.splice(kind.tasks.indexOf(ranked), 1);
      if (kind.tasks.length === 0) kinds.delete(kind.id);
      if (kind.lane === 'interactive') interactive -= 1;
    },
    get interactive() {
      return interactive;
    },
  };
}
