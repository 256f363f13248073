import type { Transaction } from '../../ground/db/connect.ts';
import { type Account, Balance, Transfer } from '../../ground/db/models/ledger.ts';
import { sendPacket } from '../../ground/db/packet.ts';
import { invariant, Problem } from '../../ground/errors.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import type { QuotasInForce } from '../quotas/quotas.ts';
import { payDebt } from './debt.ts';
import { countGift } from './giftLimit.ts';
import { hasUsedLocked, lockGrant, requireUnlocked, useLocked, useOldestLock } from './grantLocks.ts';
import { countKeyGift, type ThroughKey } from './keyGifts.ts';
import { type PreparedTransfer, postTransfer, prepareTransfer } from './transfer.ts';

/** A larger movement is a mistake; a balance of thousands of these stays below 2^53. */
export const largestAmount = 1_000_000_000;

/** Every account has a balance row from its first moment. */
export async function createBalance(trx: Transaction, userId: string): Promise<void> {
  await Balance.query(trx).insert({ userId, available: 0, held: 0, debt: 0, openTasks: 0 });
}

interface Grant {
  userId: string;
  /** Negative takes credits away; below zero is refused. Never 0. */
  amount: number;
  /** Unique over all grants; the same key with the same user and amount is done once. */
  key: string;
  reason: string;
  actorId?: string;
  /** Until then the credits can be spent but not given away. Default: no lock. */
  unlocksAt?: Date | undefined;
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
  const at = deps.clock.now();
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
    at,
  });
  const { userId, amount, unlocksAt } = grant;
  if (!posted) await requireSameTransfer(trx, businessKey, userId, amount);
  else if (amount < 0) await sendPacket(trx, useLocked(trx, userId, -amount, at));
  else {
    if (unlocksAt) await lockGrant(trx, { userId, amount, unlocksAt }, at);
    await payDebt(deps, trx, userId, businessKey);
  }
  return posted;
}

/** Counts credits in the transaction that moves them. @throws Problem, for a move that is too much. */
export type CountMoved = (trx: Transaction, amount: number, at: Date) => Promise<void>;

export interface Gift {
  fromUserId: string;
  toUserId: string;
  amount: number;
  /** Unique among the giver's gifts. */
  key: string;
  reason: string;
  /** What the giver may give away in a day. Default: no limit. */
  perDay?: number;
  /** On the day of the key that gives, where one does. */
  count?: CountMoved | undefined;
  /** Where the giver says so through a service key. */
  through?: ThroughKey | undefined;
}

/**
 * Moves available credits from one person to another.
 * @returns false when this gift was made before.
 * @throws Problem `insufficient-credits`, `credits-locked`, `quota-exceeded`, `daily-limit`, `idempotency-conflict`.
 */
export async function giftCredits(deps: { clock: Clock }, trx: Transaction, gift: Gift): Promise<boolean> {
  invariant(Number.isSafeInteger(gift.amount) && gift.amount > 0, 'a gift is a positive whole number');
  invariant(gift.fromUserId !== gift.toUserId, 'a gift goes to somebody else');
  const businessKey = `gift:${gift.fromUserId}:${gift.key}`;
  const at = deps.clock.now();
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
    at,
  });
  if (posted) {
    await requireUnlocked(trx, gift, at);
    await gift.count?.(trx, gift.amount, at);
    if (gift.perDay !== undefined) await countGift(trx, gift, gift.perDay, at);
    if (gift.through) await countKeyGift(trx, gift.through, gift.amount, at);
    await payDebt(deps, trx, gift.toUserId, businessKey);
  } else await requireSameTransfer(trx, businessKey, gift.fromUserId, gift.amount, gift.toUserId);
  return posted;
}

/** @throws Problem `idempotency-conflict` where the key stands for another movement. */
export async function requireSameTransfer(
  trx: Transaction,
  businessKey: string,
  userId: string,
  amount: number,
  receiverId?: string,
): Promise<void> {
  const earlier = await Transfer.query(trx).findOne({ businessKey });
  const isSameReceiver = receiverId === undefined || earlier?.actorId === receiverId;
  if (earlier?.userId === userId && earlier.amount === amount && isSameReceiver) return;
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
  /** The Discord server whose shared credits pay; absent or null: the person does. */
  payerGuildId?: string | null;
}

interface Payer {
  id: string;
  available: Account;
  held: Account;
}

const payerOf = ({ userId, payerGuildId }: TaskPrice): Payer =>
  payerGuildId
    ? { id: payerGuildId, available: 'guild-available', held: 'guild-held' }
    : { id: userId, available: 'available', held: 'held' };

/** The member for whom a server pays. */
const actorOf = ({ userId, payerGuildId }: TaskPrice): { actorId?: string } =>
  payerGuildId ? { actorId: userId } : {};

/**
 * Moves a task's price from the payer's available credits to held, and counts the task as one of the person's
 * unfinished. It locks their balance row, so a user's acceptances come one after another.
 * @param limits unfinished tasks the user may have, and unpaid ones of a day.
 */
export function prepareHold(
  deps: { clock: Clock },
  trx: Transaction,
  price: TaskPrice,
  limits: Pick<QuotasInForce, 'openTasks' | 'unpaidTasksPerDay'>,
): PreparedTransfer {
  const payer = payerOf(price);
  return prepareTransfer(trx, {
    businessKey: `hold:${price.taskId}`,
    kind: 'hold',
    userId: payer.id,
    amount: -price.amount,
    taskId: price.taskId,
    ...actorOf(price),
    entries: [
      { account: payer.available, userId: payer.id, amount: -price.amount },
      { account: payer.held, userId: payer.id, amount: price.amount },
    ],
    openTasks: {
      userId: price.userId,
      change: 1,
      limit: limits.openTasks,
      unpaidLimit: limits.unpaidTasksPerDay,
    },
    at: deps.clock.now(),
  });
}

/** What becomes of a hold: paid to the platform, given back to the payer, or split between the two. */
export type Settlement =
  | { kind: 'capture' | 'release' }
  | { kind: 'partial-capture'; captured: number; reason: string };

/**
 * Ends a hold; the task no longer counts as unfinished. All kinds share one business key, so a task is settled once: a
 * second settlement is a duplicate entry.
 */
export function prepareSettlement(
  deps: { clock: Clock },
  trx: Transaction,
  price: TaskPrice,
  settlement: Settlement,
): PreparedTransfer {
  const { taskId, userId, amount } = price;
  const { id: payerId, available, held } = payerOf(price);
  const captured = capturedOf(price, settlement);
  const at = deps.clock.now();
  const usesLocked = payerId === userId && captured > 0;
  const isUnlocked = usesLocked && !hasUsedLocked(userId);
  const transfer = prepareTransfer(trx, {
    businessKey: `settle:${taskId}`,
    kind: settlement.kind,
    userId: payerId,
    amount: amount - captured,
    taskId,
    ...actorOf(price),
    ...(settlement.kind === 'partial-capture' ? { reason: settlement.reason } : {}),
    entries: [
      { account: held, userId: payerId, amount: -amount },
      ...(settlement.kind === 'release'
        ? []
        : [{ account: 'revenue', userId: payerId, amount: captured } as const]),
      ...(settlement.kind === 'capture'
        ? []
        : [{ account: available, userId: payerId, amount: amount - captured } as const]),
    ],
    openTasks: { userId, change: -1, isUnpaid: captured === 0 },
    isUnlocked,
    at,
  });
  if (!usesLocked) return transfer;
  // After the balance, whose row is locked then.
  return {
    ...transfer,
    statements: [...transfer.statements, ...useLocked(trx, userId, captured, at)],
    atOnce: isUnlocked ? transfer.atOnce : [...transfer.atOnce, ...useOldestLock(trx, userId, captured, at)],
  };
}

function capturedOf({ taskId, amount }: TaskPrice, settlement: Settlement): number {
  if (settlement.kind !== 'partial-capture') return settlement.kind === 'capture' ? amount : 0;
  const { captured } = settlement;
  invariant(captured > 0 && captured <= amount, `task ${taskId} costs ${amount} at most, not ${captured}`);
  return captured;
}
