import { lanes } from '@star-graph/workflows';
import type { PlanInput, ReadyTask } from './planInput.ts';

export const waitedTooLong = (
  { nowMs, longestWaitMs }: Pick<PlanInput, 'nowMs' | 'longestWaitMs'>,
  task: Pick<ReadyTask, 'createdAtMs'>,
): boolean => nowMs - task.createdAtMs > longestWaitMs;

const byAge = (a: ReadyTask, b: ReadyTask): number => a.createdAtMs - b.createdAtMs || (a.id < b.id ? -1 : 1);

/**
 * The order of tasks: first those that waited too long, oldest first; then lane by lane. Inside a lane the user with
 * the least recent usage comes next, where each pick counts as if it had run. A user's own tasks keep their order.
 */
export function orderReady(
  input: Pick<PlanInput, 'ready' | 'nowMs' | 'longestWaitMs' | 'usageSeconds'>,
): ReadyTask[] {
  const aged = input.ready.filter((task) => waitedTooLong(input, task)).sort(byAge);
  const rest = input.ready.filter((task) => !waitedTooLong(input, task));
  const usage = new Map(input.usageSeconds);
  for (const task of aged) charge(usage, task);
  return [
    ...aged,
    ...lanes.flatMap((lane) => takeTurns(rest.filter((task) => task.lane === lane).sort(byAge), usage)),
  ];
}

function charge(usage: Map<string, number>, task: ReadyTask): void {
  usage.set(task.userId, (usage.get(task.userId) ?? 0) + task.estimateSeconds);
}

/**
 * A task's turn is the usage of its user before it. Sorting by that equals picking the least served user again and
 * again, in one pass.
 */
function takeTurns(oldestFirst: readonly ReadyTask[], usage: Map<string, number>): ReadyTask[] {
  const turns = oldestFirst.map((task, age) => {
    const before = usage.get(task.userId) ?? 0;
    charge(usage, task);
    return { task, before, age };
  });
  return turns.sort((a, b) => a.before - b.before || a.age - b.age).map(({ task }) => task);
}
