import type { Transaction } from '../../ground/db/connect.ts';
import { Balance } from '../../ground/db/models/ledger.ts';
import { invariant } from '../../ground/errors.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { payDebt } from './debt.ts';
import { lockAgain, type TakenLock, takeLocked } from './grantLocks.ts';
import { postTransfer, type TransferEntry } from './transfer.ts';

interface Sale {
  userId: string;
  /** Above 0. */
  amount: number;
  businessKey: string;
  reason: string;
}

/** Adds credits that were paid for; a debt is paid from them first. @returns false when they were added before. */
export async function sellCredits(deps: { clock: Clock }, trx: Transaction, sale: Sale): Promise<boolean> {
  return (await addSold(deps, trx, sale, 'purchase')) !== undefined;
}

/**
 * Gives sold credits back that were taken, with the locks that went along.
 * @returns the locks of those that are still away.
 */
export async function giveBackCredits(
  deps: { clock: Clock },
  trx: Transaction,
  sale: Sale,
  taken: readonly TakenLock[],
): Promise<TakenLock[]> {
  const kept = await addSold(deps, trx, sale, 'refund');
  return kept === undefined ? [...taken] : lockAgain(trx, sale.userId, taken, kept, deps.clock.now());
}

/** @returns what is left of them after the debt; undefined when they were added before. */
async function addSold(
  deps: { clock: Clock },
  trx: Transaction,
  sale: Sale,
  kind: 'purchase' | 'refund',
): Promise<number | undefined> {
  const { userId, amount, businessKey, reason } = sale;
  invariant(Number.isSafeInteger(amount) && amount > 0, 'a sale is a positive whole number');
  const isNew = await postTransfer(trx, {
    businessKey,
    kind,
    userId,
    amount,
    reason,
    entries: [
      { account: 'sales', userId, amount: -amount },
      { account: 'available', userId, amount },
    ],
    at: deps.clock.now(),
  });
  return isNew ? amount - (await payDebt(deps, trx, userId, businessKey)) : undefined;
}

/**
 * Takes sold credits back: what is available, and the rest becomes a debt. Held credits stay with their tasks.
 * @returns the locks of free ones that went along.
 */
export async function takeBackCredits(
  deps: { clock: Clock },
  trx: Transaction,
  sale: Sale,
): Promise<TakenLock[]> {
  const { userId, amount, businessKey, reason } = sale;
  invariant(Number.isSafeInteger(amount) && amount > 0, 'what is taken back is a positive whole number');
  const balance = await Balance.query(trx).findById(userId).forUpdate();
  invariant(balance, `user ${userId} has no balance row`);
  const taken = Math.min(balance.available, amount);
  const at = deps.clock.now();
  const entries: TransferEntry[] = [
    { account: 'sales', userId, amount },
    { account: 'available', userId, amount: -taken },
    { account: 'debt', userId, amount: taken - amount },
  ];
  const isNew = await postTransfer(trx, {
    businessKey,
    kind: 'refund',
    userId,
    amount: -amount,
    reason,
    entries: entries.filter((entry) => entry.amount !== 0),
    at,
  });
  // Sold credits go before free ones. Where nothing is left, the free ones went too.
  return isNew && taken < amount ? takeLocked(trx, userId, taken, at) : [];
}
