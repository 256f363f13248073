import { type Settlement, settleHold } from '../../credits/credits.ts';
import type { Transaction } from '../../db/connect.ts';
import { Attempt, Slot } from '../../db/models/backend.ts';
import { Task, type TaskError } from '../../db/models/task.ts';
import { invariant } from '../../errors.ts';
import { recordEvent } from '../../events/outbox/recordEvent.ts';
import { giveBackAllowance } from '../../guilds/sharedAllowance.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Fence } from '../attempt/fence.ts';

export type Ending =
  | { status: 'succeeded' }
  | { status: 'failed'; error: TaskError }
  /** `charged`: of its price, for what was computed. */
  | { status: 'cancelled'; charged: number };

const eventOf = { succeeded: 'task_completed', failed: 'task_failed', cancelled: 'task_cancelled' } as const;

/**
 * What every ending shares, after the caller's conditional update made the task terminal in this transaction: the
 * settlement, which also counts the task as closed, and the event.
 */
export async function concludeTask(
  deps: { clock: Clock },
  trx: Transaction,
  task: Task,
  ending: Ending,
): Promise<void> {
  const { id: taskId, userId, cost: amount, payerGuildId, createdAt } = task;
  const settlement = settlementOf(task, ending);
  // Before the credits, as an acceptance does.
  if (payerGuildId !== null)
    await giveBackAllowance(trx, { userId, payerGuildId, createdAt }, refundOf(task, settlement));
  const settled = await settleHold(deps, trx, { taskId, userId, amount, payerGuildId }, settlement);
  invariant(settled, `task ${task.id} was settled before it ended`);
  const { status: _status, ...data } = ending;
  await recordEvent(trx, eventOf[ending.status], task, { ...data, attempt: task.attempt }, deps.clock.now());
}

function settlementOf(task: Task, ending: Ending): Settlement {
  if (ending.status === 'succeeded') return { kind: 'capture' };
  if (ending.status === 'failed' || ending.charged === 0) return { kind: 'release' };
  const { charged } = ending;
  return {
    kind: 'partial-capture',
    captured: charged,
    reason: `cancelled: ${charged} of ${task.cost} credits for what was computed`,
  };
}

function refundOf({ cost }: Task, settlement: Settlement): number {
  if (settlement.kind === 'partial-capture') return cost - settlement.captured;
  return settlement.kind === 'release' ? cost : 0;
}

/** Closes an attempt and gives its slot back. The caller has seen that the backend does not hold the prompt. */
export async function freeSlot(
  deps: { clock: Clock },
  trx: Transaction,
  fence: Pick<Fence, 'taskId' | 'attempt' | 'backendId'>,
  fault: string | null,
): Promise<void> {
  const { taskId, attempt } = fence;
  await Attempt.query(trx)
    .findById([taskId, attempt])
    .whereNot({ state: 'ended' })
    .patch({ state: 'ended', fault: fault?.slice(0, 500) ?? null, endedAt: deps.clock.now() });
  await emptySlot(trx, fence);
}

/** The same for an attempt that the caller closed. */
export async function emptySlot(
  trx: Transaction,
  { taskId, attempt, backendId }: Pick<Fence, 'taskId' | 'attempt' | 'backendId'>,
): Promise<void> {
  await Slot.query(trx).where({ backendId, taskId, attempt }).delete();
}

/** The row after a conditional update of this transaction changed it. */
export async function requireTask(trx: Transaction, taskId: string): Promise<Task> {
  const task = await Task.query(trx).findById(taskId);
  invariant(task, `task ${taskId} vanished`);
  return task;
}
