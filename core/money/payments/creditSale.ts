import { type Database, inTransaction } from '../../ground/db/connect.ts';
import { Transfer } from '../../ground/db/models/ledger.ts';
import { Problem } from '../../ground/errors.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { sellCredits } from '../credits/sales.ts';
import { findPackage } from './packages.ts';

/** What another shop sold. */
interface ShopSale {
  /** The shop's id of its message: one sale for each. */
  messageId: string;
  /** User name, or `discord:<snowflake>`. */
  to: string;
  /** Credits, or the package whose credits they are. */
  sold: { credits: number } | { packageId: string };
  reason: string;
}

/**
 * Adds the credits of a sale once, however often its message comes.
 * @returns false when they were added before.
 * @throws Problem `not-found` for an unknown person or package; `idempotency-conflict` when the message's id stands for a
 * sale to somebody else or of another amount.
 */
export async function creditSale(
  deps: {
    database: Database;
    clock: Clock;
    findReceiver(to: string): Promise<{ id: string; disabledAt: Date | null } | undefined>;
  },
  { messageId, to, sold, reason }: ShopSale,
): Promise<boolean> {
  const businessKey = `shop:${messageId}`;
  const receiver = await deps.findReceiver(to);
  if (!receiver || receiver.disabledAt) throw missing('/to', 'Nobody has this name.');
  const amount =
    'credits' in sold ? sold.credits : (await findPackage(deps.database, sold.packageId))?.credits;
  if (amount === undefined) throw missing('/packageId', 'There is no such package.');
  return inTransaction(deps.database, async (trx) => {
    const sale = { userId: receiver.id, amount, businessKey, reason };
    if (await sellCredits(deps, trx, sale)) return true;
    const earlier = await Transfer.query(trx).findOne({ businessKey });
    // A package may have changed since: the first message stands.
    const isSame = earlier?.userId === receiver.id && ('packageId' in sold || earlier.amount === amount);
    if (isSame) return false;
    throw new Problem('idempotency-conflict', 'This webhook-id was used for another sale. Use a new one.');
  });
}

const missing = (pointer: string, message: string) =>
  new Problem('not-found', 'This sale cannot be credited. See the errors.', {
    errors: [{ pointer, message }],
  });
