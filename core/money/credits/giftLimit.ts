import { inCredits } from '@star-graph/workflows/shared/inCredits';
import type { Transaction } from '../../ground/db/connect.ts';
import { Problem } from '../../ground/errors.ts';
import { utcDay } from '../../ground/runtime/utcDay.ts';

const dayMs = 24 * 3_600_000;

/**
 * Counts a gift against what a person may give away in a UTC day, to people and servers together. Called after the gift
 * moved the giver's balance: that locks the row, so gifts are counted one after another.
 * @throws Problem `quota-exceeded`; the transaction must be given up.
 */
export async function countGift(
  trx: Transaction,
  gift: { fromUserId: string; amount: number },
  perDay: number,
  now: Date,
): Promise<void> {
  const { fromUserId: userId, amount } = gift;
  const day = utcDay(now);
  // The server assigns from left to right: the day is still the last one when the sum is made.
  const [counted] = (await trx.raw(
    `UPDATE balances SET gifted = IF(gifts_day = ?, gifted, 0) + ?, gifts_day = ?
     WHERE user_id = ? AND IF(gifts_day = ?, gifted, 0) + ? <= ?`,
    [day, amount, day, userId, day, amount, perDay],
  )) as [{ affectedRows: number }];
  if (counted.affectedRows === 1) return;
  throw new Problem(
    'quota-exceeded',
    `You can give away ${inCredits(perDay)} a day. Give less, or go on after midnight UTC.`,
    { retryAfterSeconds: Math.ceil((dayMs - (now.getTime() % dayMs)) / 1_000) },
  );
}
