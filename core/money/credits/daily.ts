import { type Database, inTransaction } from '../../ground/db/connect.ts';
import { Problem } from '../../ground/errors.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { utcDay } from '../../ground/runtime/utcDay.ts';
import { type CountMoved, grantCredits } from './credits.ts';
import { unlockTimeOf } from './grantLocks.ts';

/** The credits of a day, and for how long they cannot be given away. */
export interface FreeGrant {
  amount: number;
  lockDays: number;
}

const dayMs = 24 * 3_600_000;

/**
 * Grants the credits of this UTC day, once.
 * @param count on the day of the key that claims, where one does.
 * @throws Problem `daily-limit`; `forbidden` where there are none; `quota-exceeded` when today's were claimed already.
 */
export async function claimDailyGrant(
  deps: { database: Database; clock: Clock },
  userId: string,
  { amount, lockDays }: FreeGrant,
  count?: CountMoved,
): Promise<void> {
  if (amount === 0) throw new Problem('forbidden', 'This platform gives no daily credits.');
  const now = deps.clock.now();
  const day = utcDay(now);
  const isNew = await inTransaction(deps.database, async (trx) => {
    // The amount of the first claim stands, so a setting that changes at noon causes no conflict.
    const isGranted = await grantCredits(deps, trx, {
      userId,
      amount,
      key: `daily:${day}:${userId}`,
      reason: 'daily',
      unlocksAt: unlockTimeOf(now, lockDays),
    });
    if (isGranted) await count?.(trx, amount, now);
    return isGranted;
  }).catch((error: unknown) => {
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
