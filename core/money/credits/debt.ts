import { type Database, inTransaction, type Transaction } from '../../ground/db/connect.ts';
import { Balance } from '../../ground/db/models/ledger.ts';
import { invariant } from '../../ground/errors.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { eachAlone } from '../../ground/runtime/eachAlone.ts';
import { newId } from '../../ground/runtime/ids.ts';
import { takeLocked } from './grantLocks.ts';
import { postTransfer } from './transfer.ts';

/*
 * When money goes back after its credits were spent, what is missing becomes the person's debt. While there is one,
 * they can neither spend nor give credits away. Credits that come in pay it first: purchases, vouchers, grants and gifts in
 * their own transaction, and those of a task that failed or was cancelled within a minute.
 */

/** What locks of free credits are away for that paid a debt. */
export const paidDebt = 'debt';

/**
 * Pays a debt from what is available.
 * @param cause the business key of the transfer that brought the credits; a debt is paid once for each.
 * @returns what was paid.
 */
export async function payDebt(
  deps: { clock: Clock },
  trx: Transaction,
  userId: string,
  cause: string,
): Promise<number> {
  const balance = await Balance.query(trx).findById(userId).forUpdate();
  invariant(balance, `user ${userId} has no balance row`);
  const paid = Math.min(balance.available, balance.debt);
  if (paid === 0) return 0;
  const at = deps.clock.now();
  const isNew = await postTransfer(trx, {
    businessKey: `debt:${cause}`,
    kind: 'debt',
    userId,
    amount: -paid,
    reason: 'owed for a payment that went back',
    entries: [
      { account: 'available', userId, amount: -paid },
      { account: 'debt', userId, amount: paid },
    ],
    at,
  });
  if (isNew) await takeLocked(trx, userId, paid, paidDebt, at);
  return paid;
}

const debtorsARound = 100;

/** Pays debts from credits that came back from tasks. It may run twice at once: the lock on the balance decides. */
export async function payDebts(deps: { database: Database; clock: Clock }): Promise<void> {
  const debtors = await Balance.query(deps.database)
    .select('userId')
    .where('debt', '>', 0)
    .where('available', '>', 0)
    .limit(debtorsARound);
  await eachAlone(debtors, ({ userId }) =>
    inTransaction(deps.database, (trx) => payDebt(deps, trx, userId, newId())),
  );
}
