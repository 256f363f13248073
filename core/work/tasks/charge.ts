import { isTerminal, type Task } from '../../ground/db/models/task.ts';
import { shareOf } from '../../money/credits/price.ts';
import type { StoredProgress } from '../events/progressBus.ts';

/**
 * The cost of cancelling now: the share of the price that the running attempt has computed, where shares are charged. The
 * progress of earlier attempts is lost and costs nothing; unknown progress costs nothing either.
 */
export function cancelCostOf(
  task: Pick<Task, 'type' | 'status' | 'attempt' | 'cost'>,
  reached: Pick<StoredProgress, 'attempt' | 'percent' | 'cancelCost'> | undefined,
  chargesShare: boolean,
): number {
  if (task.status !== 'running' || reached?.attempt !== task.attempt) return 0;
  // Its price is for a time, and is owed however it ends; the last progress says what that came to.
  if (task.type === 'graph') return Math.min(task.cost, reached.cancelCost ?? 0);
  if (!chargesShare) return 0;
  return shareOf(task.cost, reached.percent);
}

/** The amount paid for an ended task; undefined before its end. */
export function chargedOf(task: Pick<Task, 'status' | 'cost' | 'cancelCharge'>): number | undefined {
  if (!isTerminal(task.status)) return undefined;
  return task.status === 'succeeded' ? task.cost : task.cancelCharge;
}
