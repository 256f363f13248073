import type { Transaction } from '../../../ground/db/connect.ts';

/** When accounts are joined: what one bought and redeemed counts as the other's, a voucher for each person too. */
export async function joinPurchases(trx: Transaction, fromId: string, intoId: string): Promise<void> {
  // Keys are of clients, so both accounts may have used the same one: its order has its own id for a key then.
  await trx.raw(
    `UPDATE orders LEFT JOIN orders others ON others.user_id = ? AND others.order_key = orders.order_key
     SET orders.user_id = ?, orders.order_key = IF(others.id IS NULL, orders.order_key, orders.id)
     WHERE orders.user_id = ?`,
    [intoId, intoId, fromId],
  );
  // Read and inserted: the numbers go on behind those that are there.
  await trx.raw(
    `INSERT INTO voucher_uses (code_hash, user_id, number, used_at)
     SELECT moved.code_hash, ?, moved.number + COALESCE(
       (SELECT MAX(kept.number) FROM voucher_uses kept WHERE kept.code_hash = moved.code_hash AND kept.user_id = ?), 0),
       moved.used_at
     FROM voucher_uses moved WHERE moved.user_id = ?`,
    [intoId, intoId, fromId],
  );
  await trx('voucher_uses').where({ userId: fromId }).delete();
}
