import { type Database, inTransaction } from '../db/connect.ts';
import { Problem } from '../errors.ts';
import type { Clock } from '../runtime/clock.ts';
import { utcDay } from '../runtime/utcDay.ts';
import { grantCredits } from './credits.ts';
import { unlockTimeOf } from './grantLocks.ts';

/** The credits of a day, and for how long they cannot be given away. */
export interface FreeGrant {
  amount: number;
  lockDays: number;
}

const dayMs = 24 * 3_600_000;

/**
 * Grants the credits of this UTC day, once.
 * @throws Problem `forbidden` where there are none; `quota-exceeded` when today's were claimed already.
 */
export async function claimDailyGrant(
  deps: { database: Database; clock: Clock },
  userId: string,
  { amount, lockDays }: FreeGrant,
): Promise<void> {
  if (amount === 0) throw new Problem('forbidden', 'This platform gives no daily credits.');
  const now = deps.clock.now();
  const day = utcDay(now);
  const isNew = await inTransaction(deps.database, (trx) =>
    // The amount of the first claim stands, so a setting that changes at noon causes no conflict.
    grantCredits(deps, trx, {
      userId,
      amount,
      key: `daily:${day}:${userId}`,
      reason: 'daily',
      unlocksAt: unlockTimeOf(now, lockDays),
    }),
  ).catch((error: unknown) => {
    if (error instanceof Problem && error.code === 'idempotency-conflict') return false;
    throw error;
  });
  if (isNew) return;
  throw new Problem(
    'quota-exceeded',
    'You have already collected today’s credits. You can collect more from midnight UTC.',
    {
      retryAfterSeconds: Math.ceil((dayMs - (now.getTime() % dayMs)) / 1000),
    },
  );
}
