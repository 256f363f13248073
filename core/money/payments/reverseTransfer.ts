import { type Actor, noteKeyOf, recordAct } from '../../ground/audit.ts';
import { type Database, inTransaction } from '../../ground/db/connect.ts';
import { LedgerEntry, Transfer, type TransferKind } from '../../ground/db/models/ledger.ts';
import { sendPacket } from '../../ground/db/packet.ts';
import { Problem } from '../../ground/errors.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { isId } from '../../ground/runtime/ids.ts';
import { useLocked } from '../credits/grantLocks.ts';
import { postTransfer } from '../credits/transfer.ts';

/** The others belong to a task, an order or an account, and end with it. */
const reversible: readonly TransferKind[] = ['grant', 'gift', 'voucher', 'purchase'];

/**
 * Undoes a movement by one with the opposite entries: nothing in the ledger is changed or deleted. A movement is
 * reversed once; a repeat changes nothing.
 * @throws Problem `not-found`; `invalid-params` for a movement that is ended otherwise; `insufficient-credits` when some
 * of its credits were spent.
 */
export async function reverseTransfer(
  deps: { database: Database; clock: Clock },
  actor: Actor,
  id: string,
  reason: string,
): Promise<Transfer> {
  const { database, clock } = deps;
  const transfer = isId(id) ? await Transfer.query(database).findById(id) : undefined;
  if (!transfer) throw new Problem('not-found', 'There is no such movement of credits.');
  requireReversible(transfer);
  const businessKey = `reversal:${id}`;
  const entries = await LedgerEntry.query(database).where({ transferId: id });
  if (entries.some(({ account }) => account.startsWith('guild-')))
    throw new Problem('invalid-params', 'Take a server’s shared credits back by a grant below zero to it.');
  await inTransaction(database, async (trx) => {
    const at = clock.now();
    const isGift = transfer.kind === 'gift';
    const posted = await postTransfer(trx, {
      businessKey,
      kind: 'reversal',
      userId: transfer.userId,
      reason,
      at,
      // A gift is stored from the giver's point of view, and so is its end.
      amount: isGift ? transfer.amount : -transfer.amount,
      ...(isGift && transfer.actorId !== null ? { actorId: transfer.actorId } : {}),
      entries: entries.map(({ account, userId, amount }) => ({ account, userId, amount: -amount })),
    }).catch((error: unknown) => {
      if (!(error instanceof Problem && error.code === 'insufficient-credits')) throw error;
      const some = 'Some of these credits were spent. Take back what is left, by a grant below zero.';
      throw new Problem('insufficient-credits', some);
    });
    if (!posted) return;
    if (!isGift && transfer.amount > 0)
      await sendPacket(trx, useLocked(trx, transfer.userId, transfer.amount, at));
    const data = {
      before: { kind: transfer.kind, amount: transfer.amount },
      after: { reversed: true },
      reason,
    };
    const act = { actorId: actor.id, action: 'transfer.reverse' as const, target: `transfer:${id}` };
    await recordAct(deps, trx, { ...act, data: { ...data, ...noteKeyOf(actor) } });
  });
  return Transfer.query(database).findOne({ businessKey }).throwIfNotFound();
}

function requireReversible({ kind, businessKey }: Transfer): void {
  if (businessKey.startsWith('order:'))
    throw new Problem('invalid-params', 'An order is undone by sending its money back: refund the order.');
  if (!reversible.includes(kind))
    throw new Problem('invalid-params', `A movement of the kind ${kind} cannot be reversed by hand.`);
}
