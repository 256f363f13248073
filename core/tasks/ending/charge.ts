import { shareOf } from '../../credits/price.ts';
import { isTerminal, type Task } from '../../db/models/task.ts';
import type { StoredProgress } from '../../events/live/progressBus.ts';

/**
 * What cancelling costs at this point: the share of the price that the attempt which runs has computed. What an earlier
 * attempt had reached is lost, and costs nothing; nor does what nobody knows.
 */
export function cancelCostOf(
  task: Pick<Task, 'status' | 'attempt' | 'cost'>,
  reached: Pick<StoredProgress, 'attempt' | 'percent'> | undefined,
): number {
  if (task.status !== 'running' || reached?.attempt !== task.attempt) return 0;
  return shareOf(task.cost, reached.percent);
}

/** What a task that has ended was paid; undefined while it has not. */
export function chargedOf(task: Pick<Task, 'status' | 'cost' | 'cancelCharge'>): number | undefined {
  if (!isTerminal(task.status)) return undefined;
  return task.status === 'succeeded' ? task.cost : task.cancelCharge;
}
