import type { Transaction } from '../../ground/db/connect.ts';
import { Balance } from '../../ground/db/models/ledger.ts';
import { invariant } from '../../ground/errors.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { paidDebt, payDebt } from './debt.ts';
import { bringBackLocks, takeLocked } from './grantLocks.ts';
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
  const isNew = await addSold(deps, trx, sale, 'purchase');
  if (isNew) await payDebt(deps, trx, sale.userId, sale.businessKey);
  return isNew;
}

/**
 * Gives sold credits back that were taken. Those that were free are so again: the ones that went along, and of what
 * is left after the debt the ones that paid it meanwhile.
 */
export async function giveBackCredits(
  deps: { clock: Clock },
  trx: Transaction,
  sale: Sale,
  orderId: string,
): Promise<void> {
  const { userId, amount, businessKey } = sale;
  if (!(await addSold(deps, trx, sale, 'refund'))) return;
  const at = deps.clock.now();
  const locked = await bringBackLocks(trx, userId, orderId, amount, at);
  // It pays with locked ones first, whose locks are then away for the debt.
  const paid = await payDebt(deps, trx, userId, businessKey);
  await bringBackLocks(trx, userId, paidDebt, amount - Math.max(paid, locked), at);
}

async function addSold(
  deps: { clock: Clock },
  trx: Transaction,
  sale: Sale,
  kind: 'purchase' | 'refund',
): Promise<boolean> {
  const { userId, amount, businessKey, reason } = sale;
  invariant(Number.isSafeInteger(amount) && amount > 0, 'a sale is a positive whole number');
  return postTransfer(trx, {
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
}

/** Takes sold credits back: what is available, and the rest becomes a debt. Held credits stay with their tasks. */
export async function takeBackCredits(
  deps: { clock: Clock },
  trx: Transaction,
  sale: Sale,
  orderId: string,
): Promise<void> {
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
  if (isNew && taken < amount) await takeLocked(trx, userId, taken, orderId, at);
}
