import type { Database, Transaction } from '../../ground/db/connect.ts';
import type { Task } from '../../ground/db/models/task.ts';
import type { Statement } from '../../ground/db/packet.ts';
import { utcDay } from '../../ground/runtime/utcDay.ts';
import { findGuildCredits, lockGuildCredits } from '../../money/credits/guildCredits.ts';

/** How many of a Discord server's shared credits a member may use a day. */
export interface SharedAllowance {
  guildId: string;
  creditsPerDay: number;
}

/**
 * Counts a task's price on what a member used of the server's shared credits on this day, in UTC, where the rest of
 * their allowance and the server's balance cover it. Other acceptances of the same person and server wait here until
 * this transaction ends, and so do others that want the server's credits. One that is rolled back has counted
 * nothing.
 * @returns whether the server pays; if not, nothing was counted.
 */
export async function useAllowance(
  trx: Transaction,
  userId: string,
  { guildId, creditsPerDay }: SharedAllowance,
  price: number,
  now: Date,
): Promise<boolean> {
  if (price === 0 || price > creditsPerDay) return false;
  const key = { userId, guildId, day: utcDay(now) };
  await trx('member_days')
    .insert({ ...key, tasks: 0 })
    .onConflict()
    .merge({ tasks: trx.raw('tasks') });
  const { sharedCredits } = await trx('member_days').where(key).select('sharedCredits').forUpdate().first();
  if (sharedCredits + price > creditsPerDay) return false;
  if ((await lockGuildCredits(trx, guildId)) < price) return false;
  await trx('member_days')
    .where(key)
    .update({ sharedCredits: sharedCredits + price });
  return true;
}

/**
 * The statement that takes a refund to the server off the member's count of the day of acceptance, where there is one.
 * A day that is long over has no count any more.
 */
export function giveBackAllowance(
  trx: Transaction,
  { userId, payerGuildId: guildId, createdAt }: Pick<Task, 'userId' | 'payerGuildId' | 'createdAt'>,
  refunded: number,
): Statement[] {
  if (guildId === null || refunded === 0) return [];
  const count = trx('member_days').where({ userId, guildId, day: utcDay(createdAt) });
  return [count.update({ sharedCredits: trx.raw('shared_credits - ?', [refunded]) })];
}

/** The rest of a member's allowance of shared credits today. */
interface SharedRest {
  creditsPerDay: number;
  /** Of them, today. */
  left: number;
  /** The server's balance. */
  available: number;
}

/** As it is now; the acceptance looks again. */
export async function readSharedRest(
  database: Database,
  userId: string,
  { guildId, creditsPerDay }: SharedAllowance,
  now: Date,
): Promise<SharedRest> {
  const { available } = await findGuildCredits(database, guildId);
  const day: { sharedCredits: number } | undefined = await database('member_days')
    .where({ userId, guildId, day: utcDay(now) })
    .first('sharedCredits');
  return { creditsPerDay, left: Math.max(0, creditsPerDay - (day?.sharedCredits ?? 0)), available };
}

/** Whether the server would pay this price. */
export const wouldPay = ({ left, available }: SharedRest, price: number): boolean =>
  price > 0 && price <= left && price <= available;
