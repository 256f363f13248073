import { inCredits } from '@star-graph/workflows/shared/inCredits';
import type { Database, Transaction } from '../../ground/db/connect.ts';
import type { Task } from '../../ground/db/models/task.ts';
import { affectedBy, requireMet, type Statement, sendPacket } from '../../ground/db/packet.ts';
import { Problem } from '../../ground/errors.ts';
import { utcDay } from '../../ground/runtime/utcDay.ts';
import type { CountMoved } from '../credits/credits.ts';
import type { CountedDay } from './personDay.ts';

/** What a person's key may spend or move on a day; null: as much as its person has. */
export interface KeySpending {
  apiKeyId: string;
  creditsPerDay: number | null;
}

const dayMs = 86_400_000;
const nothing: CountedDay = { statements: [], atOnce: [], async confirm() {} };

/**
 * Counts a price on the day of the key, in UTC. Everything that a person's key makes is counted, so that a limit which
 * comes later holds for the running day too. Others of the same key wait at the row until this transaction ends; one
 * that is rolled back has counted nothing.
 */
export function countSpending(
  trx: Transaction,
  spending: KeySpending | undefined,
  price: number,
  now: Date,
): CountedDay {
  if (!spending || price === 0) return nothing;
  const { apiKeyId, creditsPerDay } = spending;
  const key = { apiKeyId, day: utcDay(now) };
  const counted = (credits: number) =>
    trx('key_days')
      .insert({ ...key, credits })
      .onConflict()
      .merge({ credits: trx.raw('credits + ?', [credits]) });
  if (creditsPerDay === null) return { ...nothing, statements: [counted(price)], atOnce: [counted(price)] };
  const made = counted(0);
  const met = trx('key_days')
    .where(key)
    .whereRaw('credits + ? <= ?', [price, creditsPerDay])
    .update({ credits: trx.raw('credits + ?', [price]) });
  return {
    statements: [made, met],
    atOnce: [made, met, requireMet(trx)],
    async confirm([, answer]) {
      if (affectedBy(answer) === 1) return;
      const { credits } = await trx('key_days').where(key).first('credits');
      throw new Problem(
        'daily-limit',
        `This is about ${inCredits(price)}. The key may spend ${creditsPerDay} a day, gifts, daily credits and vouchers included, and ${credits} of today are spent or held. Choose less, use a key with a higher limit, or come back after midnight UTC.`,
        { retryAfterSeconds: Math.ceil((dayMs - (now.getTime() % dayMs)) / 1_000) },
      );
    },
  };
}

/**
 * Counts credits that a key moves in another way than by a task, in the transaction that moves them; undefined where no
 * key does. It throws the Problem `daily-limit`; the transaction must be given up then.
 */
export const countMovesOf = (spending: KeySpending | undefined): CountMoved | undefined =>
  spending &&
  (async (trx, amount, now) => {
    const { statements, confirm } = countSpending(trx, spending, amount, now);
    if (statements.length > 0) await confirm(await sendPacket(trx, statements));
  });

/**
 * The statement that takes a refund off the key's count of the day of acceptance, where there is one. A day that is long
 * over has no count any more, and a service key never has one.
 */
export function giveBackSpending(
  trx: Transaction,
  { apiKeyId, createdAt }: Pick<Task, 'apiKeyId' | 'createdAt'>,
  refunded: number,
): Statement[] {
  if (apiKeyId === null || refunded === 0) return [];
  const count = trx('key_days').where({ apiKeyId, day: utcDay(createdAt) });
  // A process of an earlier release has accepted without counting.
  return [count.update({ credits: trx.raw('IF(credits > ?, credits - ?, 0)', [refunded, refunded]) })];
}

/** What a key has spent or holds today. */
export async function readSpending(database: Database, apiKeyId: string, now: Date): Promise<number> {
  const day: { credits: number } | undefined = await database('key_days')
    .where({ apiKeyId, day: utcDay(now) })
    .first('credits');
  return day?.credits ?? 0;
}
