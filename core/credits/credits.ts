import type { Clock } from '../clock.ts';
import type { Transaction } from '../db/connect.ts';
import { Balance, Transfer } from '../db/models/ledger.ts';
import { invariant, Problem } from '../errors.ts';
import { postTransfer } from './transfer.ts';

/** More than this in one movement is a mistake; a balance of thousands of such stays below 2^53. */
export const largestAmount = 1_000_000_000;

/** Every account has a balance row from its first moment. */
export async function createBalance(trx: Transaction, userId: string): Promise<void> {
  await Balance.query(trx).insert({ userId, available: 0, held: 0, openTasks: 0 });
}

export interface Grant {
  userId: string;
  /** Negative takes credits away; below zero is refused. Never 0. */
  amount: number;
  /** Unique over all grants; the same key with the same user and amount is done once. */
  key: string;
  reason: string;
  actorId?: string;
}

/**
 * Gives credits out of the platform's grants account, or takes them back.
 * @returns false when this grant was made before.
 * @throws Problem `idempotency-conflict` when the key stands for another user or amount; `insufficient-credits`.
 */
export async function grantCredits(deps: { clock: Clock }, trx: Transaction, grant: Grant): Promise<boolean> {
  invariant(
    Number.isSafeInteger(grant.amount) && Math.abs(grant.amount) <= largestAmount,
    'a grant within bounds',
  );
  const businessKey = `grant:${grant.key}`;
  const posted = await postTransfer(trx, {
    businessKey,
    kind: 'grant',
    userId: grant.userId,
    amount: grant.amount,
    reason: grant.reason,
    ...(grant.actorId === undefined ? {} : { actorId: grant.actorId }),
    entries: [
      { account: 'grants', userId: grant.userId, amount: -grant.amount },
      { account: 'available', userId: grant.userId, amount: grant.amount },
    ],
    at: deps.clock.now(),
  });
  if (!posted) await requireSameTransfer(trx, businessKey, grant.userId, grant.amount);
  return posted;
}

export interface Gift {
  fromUserId: string;
  toUserId: string;
  amount: number;
  /** Unique among the giver's gifts. */
  key: string;
  reason: string;
}

/**
 * Moves available credits from one person to another.
 * @returns false when this gift was made before.
 * @throws Problem `insufficient-credits`, `idempotency-conflict`.
 */
export async function giftCredits(deps: { clock: Clock }, trx: Transaction, gift: Gift): Promise<boolean> {
  invariant(Number.isSafeInteger(gift.amount) && gift.amount > 0, 'a gift is a positive whole number');
  invariant(gift.fromUserId !== gift.toUserId, 'a gift goes to somebody else');
  const businessKey = `gift:${gift.fromUserId}:${gift.key}`;
  const posted = await postTransfer(trx, {
    businessKey,
    kind: 'gift',
    userId: gift.fromUserId,
    amount: gift.amount,
    reason: gift.reason,
    actorId: gift.toUserId,
    entries: [
      { account: 'available', userId: gift.fromUserId, amount: -gift.amount },
      { account: 'available', userId: gift.toUserId, amount: gift.amount },
    ],
    at: deps.clock.now(),
  });
  if (!posted) await requireSameTransfer(trx, businessKey, gift.fromUserId, gift.amount);
  return posted;
}

async function requireSameTransfer(
  trx: Transaction,
  businessKey: string,
  userId: string,
  amount: number,
): Promise<void> {
  const earlier = await Transfer.query(trx).findOne({ businessKey });
  if (earlier?.userId === userId && earlier.amount === amount) return;
  throw new Problem(
    'idempotency-conflict',
    'This key was used for another movement of credits. Use a new key for a new movement.',
  );
}

/** A price that was held for a task. */
export interface TaskPrice {
  taskId: string;
  userId: string;
  amount: number;
}

/**
 * Reserves a task's price, available → held, and counts the task as unfinished. It locks the balance row, which
 * serialises a user's acceptances.
 * @param openTasksLimit unfinished tasks the user may have.
 * @throws Problem `insufficient-credits`, `quota-exceeded`; nothing may be committed then.
 */
export async function holdCredits(
  deps: { clock: Clock },
  trx: Transaction,
  price: TaskPrice,
  openTasksLimit: number,
): Promise<void> {
  const posted = await postTransfer(trx, {
    businessKey: `hold:${price.taskId}`,
    kind: 'hold',
    userId: price.userId,
    amount: -price.amount,
    taskId: price.taskId,
    entries: [
      { account: 'available', userId: price.userId, amount: -price.amount },
      { account: 'held', userId: price.userId, amount: price.amount },
    ],
    openTasks: { change: 1, limit: openTasksLimit },
    at: deps.clock.now(),
  });
  invariant(posted, `task ${price.taskId} was held twice`);
}

/**
 * Ends a hold: `capture` pays it to the platform, `release` gives it back; the task counts as unfinished no more. One
 * business key serves both, so a task is settled once whatever is tried afterwards.
 * @returns false when the task was settled before.
 */
export async function settleHold(
  deps: { clock: Clock },
  trx: Transaction,
  kind: 'capture' | 'release',
  price: TaskPrice,
): Promise<boolean> {
  return postTransfer(trx, {
    businessKey: `settle:${price.taskId}`,
    kind,
    userId: price.userId,
    amount: kind === 'release' ? price.amount : 0,
    taskId: price.taskId,
    entries: [
      { account: 'held', userId: price.userId, amount: -price.amount },
      { account: kind === 'capture' ? 'revenue' : 'available', userId: price.userId, amount: price.amount },
    ],
    openTasks: { change: -1 },
    at: deps.clock.now(),
  });
}
