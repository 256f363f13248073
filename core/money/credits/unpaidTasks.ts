import type { Knex } from 'knex';
import type { Transaction } from '../../ground/db/connect.ts';
import { Balance } from '../../ground/db/models/ledger.ts';
import { Problem } from '../../ground/errors.ts';
import { utcDay } from '../../ground/runtime/utcDay.ts';

/*
 * A task that is cancelled, fails or is answered by an earlier result gives back what it held, so credits bound neither
 * such tasks nor the rows, events and messages that each leaves. They are counted by the day in the row of the balance,
 * which a hold and its settlement change anyway: no statement is sent for it.
 */

const dayMs = 86_400_000;

/** What the settlement of one sets. The server assigns from left to right: the day is still the last one in the sum. */
export const oneMoreUnpaid = (trx: Transaction, now: Date): Record<'unpaid' | 'unpaidDay', Knex.Raw> => ({
  unpaid: trx.raw('IF(unpaid_day = ?, unpaid, 0) + 1', [utcDay(now)]),
  unpaidDay: trx.raw('?', [utcDay(now)]),
});

/** Lets a hold meet the row only below the limit. */
export function requireUnpaidBelow(hold: Knex.QueryBuilder, limit: number, now: Date): void {
  hold.whereRaw('IF(unpaid_day = ?, unpaid, 0) < ?', [utcDay(now), limit]);
}

/** Says why it met none. @throws Problem `daily-limit`. */
export function requireFewUnpaid(
  { unpaid, unpaidDay }: Balance,
  limit: number | null | undefined,
  now: Date,
): void {
  if (limit == null || unpaid < limit || !unpaidDay || utcDay(unpaidDay) !== utcDay(now)) return;
  throw new Problem(
    'daily-limit',
    `${unpaid} of your tasks ended today without costing anything: they were cancelled, failed, or were answered by an earlier result. Nobody may have more than ${limit} of these a day. Come back after midnight UTC.`,
    { retryAfterSeconds: Math.ceil((dayMs - (now.getTime() % dayMs)) / 1_000) },
  );
}

/** Adds those of a joined account to those of the account that stays. @param from its row, locked */
export async function joinUnpaid(
  trx: Transaction,
  { unpaid, unpaidDay }: Balance,
  intoId: string,
): Promise<void> {
  if (!unpaidDay) return;
  const day = utcDay(unpaidDay);
  await trx(Balance.tableName)
    .where({ userId: intoId })
    .whereRaw('(unpaid_day IS NULL OR unpaid_day <= ?)', [day])
    .update({ unpaid: trx.raw('IF(unpaid_day = ?, unpaid, 0) + ?', [day, unpaid]), unpaidDay: day });
}
