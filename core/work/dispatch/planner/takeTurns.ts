import { lanes } from '@star-graph/workflows';
import { mayBeNext, type UpTo } from './fairShare.ts';
import type { ReadyTask } from './planInput.ts';
import { byAge } from './taskIndex.ts';
import type { TaskGroup, WaitingTask } from './waitingTasks.ts';

interface FirstTurn extends WaitingTask {
  /** GPU-seconds by weight of its person before it. */
  before: number;
}

interface Turn extends FirstTurn {
  tasks: readonly ReadyTask[];
  place: number;
  /** The weight of the task's person. */
  weight: number;
}

/**
 * The tasks of people who may be next, the least served first; each task counts as if it had run. With equal service
 * the shorter lane comes first, then the older task.
 * @param upTo how much somebody may have got to be next.
 */
export function* takeTurns(groups: readonly TaskGroup[], upTo: UpTo): Generator<WaitingTask, undefined> {
  const first = findFirst(groups, upTo);
  if (!first) return undefined;
  // Nearly always nobody asks further.
  yield first;
  const nexts = listTurns(groups, upTo);
  for (let isFirst = true; nexts.length > 0; isFirst = false) {
    const turn = nexts.reduce((a, b) => (comesBefore(b, a) ? b : a));
    if (!isFirst) yield { group: turn.group, task: turn.task };
    turn.before += turn.task.estimateSeconds / turn.weight;
    turn.place += 1;
    const next = turn.tasks[turn.place];
    if (next) turn.task = next;
    else nexts.splice(nexts.indexOf(turn), 1);
  }
  return undefined;
}

function findFirst(groups: readonly TaskGroup[], upTo: UpTo): WaitingTask | undefined {
  let first: FirstTurn | undefined;
  for (const group of groups)
    for (const {
      person,
      tasks: [task],
    } of group.lines) {
      if (!task || !mayBeNext(person, upTo) || (first && person.served > first.before)) continue;
      const turn = { group, task, before: person.served };
      if (!first || comesBefore(turn, first)) first = turn;
    }
  return first && { group: first.group, task: first.task };
}

function listTurns(groups: readonly TaskGroup[], upTo: UpTo): Turn[] {
  const turns: Turn[] = [];
  for (const group of groups)
    for (const { person, tasks } of group.lines) {
      const [task] = tasks;
      if (!task || !mayBeNext(person, upTo)) continue;
      const { served: before, weight } = person;
      turns.push({ group, task, tasks, place: 0, before, weight });
    }
  return turns;
}

const laneOf = ({ group }: WaitingTask): number => lanes.indexOf(group.lane);

const comesBefore = (a: FirstTurn, b: FirstTurn): boolean =>
  (a.before - b.before || laneOf(a) - laneOf(b) || byAge(a.task, b.task)) < 0;
