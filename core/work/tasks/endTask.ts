import type { Transaction } from '../../ground/db/connect.ts';
import { Attempt, Slot } from '../../ground/db/models/backend.ts';
import { Task, type TaskError } from '../../ground/db/models/task.ts';
import { taskMoves } from '../../ground/db/models/taskMoves.ts';
import { type Answer, rowsOf, type Statement, sendPacket } from '../../ground/db/packet.ts';
import { invariant } from '../../ground/errors.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import type { ShownAsset } from '../../library/assets/presentAsset.ts';
import { prepareSettlement, type Settlement } from '../../money/credits/credits.ts';
import { giveBackSpending } from '../../money/quotas/keyDay.ts';
import { addGpuTime, gpuTimeOf, readGpuTime } from '../../money/quotas/personDay.ts';
import { giveBackAllowance } from '../../people/guilds/sharedAllowance.ts';
import { type NewEvent, recordEvents } from '../events/outbox/recordEvent.ts';
import { type Fence, type RanFence, ranMsOf } from './ownerFence.ts';

type Ending =
  /** `charged`: of what was held, for the time that was used; absent: all of it. */
  | { move: 'complete' | 'completeFromCache'; charged?: number }
  /** `charged`: for the time that was used; absent: nothing. */
  | { move: 'fail' | 'failOutOfTime' | 'failQueued'; error: TaskError; charged?: number }
  /** `charged`: of its price, for what was computed. */
  | { move: 'cancel'; charged: number };

/** What else ends with a task. */
export interface EndingParts {
  /** What the caller writes besides, sent first in the same packet. */
  also?: readonly Statement[];
  outputs?: ShownAsset[];
  /** How many more there are, which nobody is shown. */
  withheld?: number;
  /** Events before that of the ending. */
  earlier?: readonly NewEvent[];
  /** Commits with it: the caller writes nothing more. See `commitAtOnce`. */
  isAtOnce?: boolean;
}

/**
 * What every ending shares, after the caller's conditional update made the task terminal in this transaction: the
 * settlement, which also counts the task as closed, and the event.
 * @param task its row after that update
 */
export async function concludeTask(
  deps: { clock: Clock },
  trx: Transaction,
  task: Task,
  ending: Ending,
  { also = [], outputs = [], withheld = 0, earlier = [], isAtOnce = false }: EndingParts = {},
): Promise<void> {
  const { id: taskId, userId, cost: amount, payerGuildId } = task;
  const settlement = settlementOf(task, ending);
  const transfer = prepareSettlement(deps, trx, { taskId, userId, amount, payerGuildId }, settlement);
  const { move, ...data } = ending;
  const { to: status, event: type, settlement: allowed } = taskMoves[move];
  const isAllowed = (allowed as readonly Settlement['kind'][]).includes(settlement.kind);
  invariant(isAllowed, `the move ${move} settles by ${allowed.join(' or ')}, not by ${settlement.kind}`);
  const event = { type, data: { ...data, attempt: task.attempt } };
  // Before the credits, as an acceptance does.
  const refund = refundOf(task, settlement);
  const givenBack = [...giveBackAllowance(trx, task, refund), ...giveBackSpending(trx, task, refund)];
  const before = [...also, ...givenBack];
  // From now on the price is what was paid.
  if (status === 'succeeded') task.cost = ending.charged ?? amount;
  const told = recordEvents(trx, task, [...earlier, event], deps.clock.now(), { task, outputs, withheld });
  if (isAtOnce) {
    await sendPacket(trx, [...before, ...transfer.atOnce, ...told], { commits: true });
    return;
  }
  const answers = await sendPacket(trx, [...before, ...transfer.statements, ...told]);
  await transfer.confirm(answers.slice(before.length));
}

function settlementOf({ cost }: Task, { move, charged: used }: Ending): Settlement {
  const { to: status } = taskMoves[move];
  const charged = used ?? (status === 'failed' ? 0 : cost);
  if (charged === 0 && status !== 'succeeded') return { kind: 'release' };
  if (charged === cost) return { kind: 'capture' };
  return {
    kind: 'partial-capture',
    captured: charged,
    reason: `${status}: ${charged} of ${cost} credits for what was computed`,
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
  fence: Pick<RanFence, 'taskId' | 'attempt' | 'backendId' | 'ranMs'>,
  fault: string | null,
): Promise<void> {
  const { taskId, attempt } = fence;
  const endedAt = deps.clock.now();
  const ended = await Attempt.query(trx)
    .findById([taskId, attempt])
    .whereNot({ state: 'ended' })
    .patch({
      state: 'ended',
      fault: fault?.slice(0, 500) ?? null,
      endedAt,
      ranMs: ranMsOf(trx, fence, endedAt) as unknown as number,
    });
  const [, gpuTime] = await sendPacket(trx, [emptySlot(trx, fence), gpuTimeOf(trx, fence)]);
  if (ended === 1) await sendPacket(trx, addGpuTime(trx, readGpuTime(trx, gpuTime), endedAt));
}

/** A statement that does the same for an attempt that the caller closed. */
export const emptySlot = (
  trx: Transaction,
  { taskId, attempt, backendId }: Pick<Fence, 'taskId' | 'attempt' | 'backendId'>,
): Statement => trx(Slot.tableName).where({ backendId, taskId, attempt }).delete();

/** The row after a conditional update of this transaction changed it. */
export const requireTask = async (trx: Transaction, taskId: string): Promise<Task> =>
  Task.query(trx).findById(taskId).throwIfNotFound();

/** The same from the answer to a SELECT of all its columns. */
export function taskOf(trx: Transaction, answer: Answer | undefined): Task {
  const [row] = rowsOf<Record<string, unknown>>(trx, answer);
  invariant(row, 'a task that was moved in this transaction has a row');
  return Task.fromDatabaseJson(row);
}
