import type { Transaction } from '../db/connect.ts';
import { isDuplicateEntry } from '../db/connect.ts';
import { type Account, Balance, LedgerEntry, Transfer, type TransferKind } from '../db/models/ledger.ts';
import { invariant, Problem } from '../errors.ts';
import { newId } from '../ids.ts';

export interface TransferEntry {
  account: Account;
  userId: string;
  /** Added to the account; the entries of a transfer add up to 0. */
  amount: number;
}

export interface TransferOrder {
  businessKey: string;
  kind: TransferKind;
  userId: string;
  /** What the person sees on the statement: signed, in credits. */
  amount: number;
  taskId?: string;
  actorId?: string;
  reason?: string;
  entries: readonly TransferEntry[];
  /** Also counts the unfinished tasks of `userId`: the statement that moves the balance does both. */
  openTasks?: OpenTasksChange;
  at: Date;
}

export interface OpenTasksChange {
  change: 1 | -1;
  /** The transfer is refused where there are so many already. Default: no limit. */
  limit?: number;
}

/**
 * Writes a transfer and its entries, then moves the balances that they touch. All or nothing with `trx`.
 * @returns false when the business key was used before: nothing is written then.
 * @throws Problem `insufficient-credits` when a balance would fall below zero, `quota-exceeded` at the limit of
 * unfinished tasks; the transaction must be given up.
 */
export async function postTransfer(trx: Transaction, order: TransferOrder): Promise<boolean> {
  const sum = order.entries.reduce((total, entry) => total + entry.amount, 0);
  invariant(sum === 0, `the entries of ${order.businessKey} add up to ${sum}`);
  invariant(
    order.entries.every((entry) => Number.isSafeInteger(entry.amount)),
    `an amount of ${order.businessKey} is not a whole number`,
  );
  const id = newId();
  try {
    await Transfer.query(trx).insert({
      id,
      businessKey: order.businessKey,
      kind: order.kind,
      userId: order.userId,
      amount: order.amount,
      taskId: order.taskId ?? null,
      actorId: order.actorId ?? null,
      reason: order.reason ?? '',
      createdAt: order.at,
    });
  } catch (error) {
    if (isDuplicateEntry(error)) return false;
    throw error;
  }
  await trx(LedgerEntry.tableName).insert(order.entries.map((entry) => ({ transferId: id, ...entry })));
  for (const [userId, change] of changesByUser(order.entries))
    await moveBalance(trx, userId, change, userId === order.userId ? order.openTasks : undefined);
  return true;
}

interface BalanceChange {
  available: number;
  held: number;
}

/** Balances are locked in the order of user ids, so that two transfers between the same people cannot deadlock. */
function changesByUser(entries: readonly TransferEntry[]): [string, BalanceChange][] {
  const changes = new Map<string, BalanceChange>();
  for (const { account, userId, amount } of entries) {
    if (account !== 'available' && account !== 'held') continue;
    const change = changes.get(userId) ?? { available: 0, held: 0 };
    change[account] += amount;
    changes.set(userId, change);
  }
  return [...changes].sort(([a], [b]) => (a < b ? -1 : 1));
}

async function moveBalance(
  trx: Transaction,
  userId: string,
  change: BalanceChange,
  openTasks: OpenTasksChange | undefined,
): Promise<void> {
  const limit = openTasks?.limit ?? Number.MAX_SAFE_INTEGER;
  const moved: number = await trx(Balance.tableName)
    .where({ userId })
    .whereRaw('available + ? >= 0 AND held + ? >= 0', [change.available, change.held])
    .where('openTasks', '<', limit)
    .update({
      available: trx.raw('available + ?', [change.available]),
      held: trx.raw('held + ?', [change.held]),
      openTasks: trx.raw('open_tasks + ?', [openTasks?.change ?? 0]),
    });
  if (moved === 1) return;
  // Locked: what is read now has to be what a second update would meet.
  const balance = await Balance.query(trx).findById(userId).forUpdate();
  invariant(balance, `user ${userId} has no balance row`);
  if (balance.openTasks >= limit)
    throw new Problem(
      'quota-exceeded',
      `You have ${limit} unfinished tasks, which is the limit. Wait until one finishes or cancel one.`,
      { retryAfterSeconds: 10 },
    );
  const isCovered = balance.available + change.available >= 0 && balance.held + change.held >= 0;
  // What refused it ended between the two statements; the lock keeps it so.
  if (isCovered) return moveBalance(trx, userId, change, openTasks);
  throw new Problem(
    'insufficient-credits',
    `This needs ${-change.available} credits and you have ${balance.available}. Claim your daily credits or ask an administrator for more.`,
  );
}
