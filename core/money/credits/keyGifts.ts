import { inCredits } from '@star-graph/workflows/shared/inCredits';
import type { Transaction } from '../../ground/db/connect.ts';
import { Problem } from '../../ground/errors.ts';
import { utcDay } from '../../ground/runtime/utcDay.ts';

/** The service key through which somebody gives, and what all people together may give through it in a UTC day. */
export interface ThroughKey {
  serviceKeyId: string;
  perDay: number;
}

const dayMs = 24 * 3_600_000;

/**
 * Counts credits that are given through a service key, in the transaction that gives them: whoever has the key can say
 * that anybody wants to give. Simultaneous ones wait for each other at the row.
 * @throws Problem `quota-exceeded`; the transaction must be given up.
 */
export async function countKeyGift(
  trx: Transaction,
  { serviceKeyId: apiKeyId, perDay }: ThroughKey,
  amount: number,
  now: Date,
): Promise<void> {
  const key = { apiKeyId, day: utcDay(now) };
  await trx('key_days')
    .insert({ ...key, credits: 0 })
    .onConflict()
    .merge({ credits: trx.raw('credits') });
  const counted = await trx('key_days')
    .where(key)
    .whereRaw('given + ? <= ?', [amount, perDay])
    .update({ given: trx.raw('given + ?', [amount]) });
  if (counted === 1) return;
  throw new Problem(
    'quota-exceeded',
    `All people together can give away ${inCredits(perDay)} a day through this service. Sign in yourself to give, or go on after midnight UTC.`,
    { retryAfterSeconds: Math.ceil((dayMs - (now.getTime() % dayMs)) / 1_000) },
  );
}
