import { type Actor, noteKeyOf, recordAct } from '../../ground/audit.ts';
import { type Database, inTransaction } from '../../ground/db/connect.ts';
import { Voucher, VoucherBatch, VoucherUse } from '../../ground/db/models/voucher.ts';
import { chunksOfRows } from '../../ground/db/packet.ts';
import { createWrittenCode, hashWrittenCode } from '../../ground/encryption/writtenCode.ts';
import { invariant, Problem } from '../../ground/errors.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { isId, newId } from '../../ground/runtime/ids.ts';
import type { CountMoved } from '../credits/credits.ts';
import { payDebt } from '../credits/debt.ts';
import { postTransfer } from '../credits/transfer.ts';

interface Deps {
  database: Database;
  clock: Clock;
}

interface NewBatch {
  name: string;
  credits: number;
  /** How many codes. */
  codes: number;
  usesPerCode: number;
  usesPerPerson: number;
  expiresAt: Date | null;
}

/** Makes codes. They are shown only here: if the answer is lost, withdraw the batch and make another. */
export async function createBatch(
  deps: Deps,
  actor: Actor,
  batch: NewBatch,
): Promise<{ batch: VoucherBatch; codes: string[] }> {
  const id = newId();
  const codes = Array.from({ length: batch.codes }, createWrittenCode);
  const row = await inTransaction(deps.database, async (trx) => {
    const row = await VoucherBatch.query(trx).insertAndFetch({ id, ...batch, createdAt: deps.clock.now() });
    const vouchers = codes.map((code) => ({ codeHash: hashWrittenCode(code), batchId: id, used: 0 }));
    for (const some of chunksOfRows(vouchers)) await trx(Voucher.tableName).insert(some);
    const data = { before: null, after: batch, ...noteKeyOf(actor) };
    await recordAct(deps, trx, {
      actorId: actor.id,
      action: 'vouchers.create',
      target: `vouchers:${id}`,
      data,
    });
    return row;
  });
  return { batch: row, codes };
}

/** Newest first; `beforeId` continues a page. */
export async function listBatches(
  database: Database,
  page: { limit: number; beforeId?: string },
): Promise<VoucherBatch[]> {
  const query = VoucherBatch.query(database).orderBy('id', 'desc').limit(page.limit);
  return page.beforeId === undefined ? query : query.where('id', '<', page.beforeId);
}

/** No code of the batch can be used any more; what was redeemed stays. A repeat changes nothing. @throws `not-found`. */
export async function withdrawBatch(deps: Deps, actor: Actor, id: string): Promise<void> {
  await inTransaction(deps.database, async (trx) => {
    const batch = isId(id) ? await VoucherBatch.query(trx).findById(id).forUpdate() : undefined;
    if (!batch) throw new Problem('not-found', 'There are no such vouchers.');
    if (batch.withdrawnAt) return;
    const withdrawnAt = deps.clock.now();
    await batch.$query(trx).patch({ withdrawnAt });
    const data = { before: { withdrawnAt: null }, after: { withdrawnAt }, ...noteKeyOf(actor) };
    await recordAct(deps, trx, {
      actorId: actor.id,
      action: 'vouchers.withdraw',
      target: `vouchers:${id}`,
      data,
    });
  });
}

/**
 * Adds a code's credits. A key that redeems it counts them. The locks on the code and on its batch let one use after another be counted.
 * @throws Problem `not-found` for a code that is wrong, expired or withdrawn, without telling which; `quota-exceeded`
 * when it is used up, by the person or in all; `daily-limit`.
 */
export function redeemVoucher(deps: Deps, userId: string, code: string, count?: CountMoved): Promise<number> {
  const codeHash = hashWrittenCode(code);
  return inTransaction(deps.database, async (trx) => {
    const now = deps.clock.now();
    const voucher = await Voucher.query(trx).findById(codeHash).forUpdate();
    const batch = voucher && (await VoucherBatch.query(trx).findById(voucher.batchId).forUpdate());
    if (!batch || batch.withdrawnAt || (batch.expiresAt && batch.expiresAt <= now))
      throw new Problem('not-found', 'This code is not valid. Check it, or ask who gave it to you.');
    const mine = await VoucherUse.query(trx).where({ codeHash, userId }).resultSize();
    if (mine >= batch.usesPerPerson) throw new Problem('quota-exceeded', 'You have used this code already.');
    if (voucher.used >= batch.usesPerCode) throw new Problem('quota-exceeded', 'This code is used up.');
    const number = mine + 1;
    await VoucherUse.query(trx).insert({ codeHash, userId, number, usedAt: now });
    await voucher.$query(trx).patch({ used: voucher.used + 1 });
    await batch.$query(trx).patch({ used: batch.used + 1 });
    const { credits: amount, name: reason } = batch;
    const businessKey = `voucher:${codeHash}:${userId}:${number}`;
    const isNew = await postTransfer(trx, {
      businessKey,
      kind: 'voucher',
      userId,
      amount,
      reason,
      at: now,
      entries: [
        { account: 'grants', userId, amount: -amount },
        { account: 'available', userId, amount },
      ],
    });
    invariant(isNew, `${businessKey} was posted without its use`);
    await count?.(trx, amount, now);
    await payDebt(deps, trx, userId, businessKey);
    return amount;
  });
}
