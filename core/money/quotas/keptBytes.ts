import type { Database, Transaction } from '../../ground/db/connect.ts';
import { affectedBy, requireMet } from '../../ground/db/packet.ts';
import { Problem } from '../../ground/errors.ts';
import { utcDay } from '../../ground/runtime/utcDay.ts';
import { type CountedDay, makeDay, nothing } from './personDay.ts';

/*
 * What one person sends is kept for weeks: files in the storage, large requests in the rows of tasks. Credits bound
 * neither, since an upload costs nothing and a cancelled task gives back what it cost. So bytes are counted by the day.
 */

/** Bytes of one person that are kept of a day, in UTC; 0: no limit. */
export interface KeptDeps {
  keptBytesPerDay?: number;
}

/** A file is at least this to us: its row, its thumbnail, and the work of looking at it. */
const leastOfFile = 1_000_000;
/** Usual requests are not counted: how many there are is bounded by the minute. */
const usualRequest = 64_000;

const dayMs = 86_400_000;

export const bytesOfFile = (bytes: number): number => Math.max(bytes, leastOfFile);
export const bytesOfRequest = (bytes: number): number => (bytes > usualRequest ? bytes : 0);

/** Counts in the transaction that keeps them. */
export function countKept(
  { keptBytesPerDay = 0 }: KeptDeps,
  trx: Transaction,
  { userId, bytes }: { userId: string; bytes: number },
  now: Date,
): CountedDay {
  if (keptBytesPerDay === 0 || bytes === 0) return nothing;
  const key = { userId, day: utcDay(now) };
  const made = makeDay(trx, key);
  const counted = trx('person_days')
    .where(key)
    .whereRaw('kept_bytes + ? <= ?', [bytes, keptBytesPerDay])
    .update({ keptBytes: trx.raw('kept_bytes + ?', [bytes]) });
  return {
    statements: [made, counted],
    atOnce: [made, counted, requireMet(trx)],
    async confirm([, met]) {
      if (affectedBy(met) !== 1) throw keptEnough(keptBytesPerDay, now);
    },
  };
}

/** Before anything is received. @throws Problem `daily-limit`. */
export async function requireKept(
  { keptBytesPerDay = 0 }: KeptDeps,
  database: Database,
  userId: string,
  now: Date,
): Promise<void> {
  if (keptBytesPerDay === 0) return;
  const day: { keptBytes: number } | undefined = await database('person_days')
    .where({ userId, day: utcDay(now) })
    .first('keptBytes');
  if (day && day.keptBytes + bytesOfFile(0) > keptBytesPerDay) throw keptEnough(keptBytesPerDay, now);
}

const keptEnough = (keptBytesPerDay: number, now: Date): Problem =>
  new Problem(
    'daily-limit',
    `You may send ${Math.floor(keptBytesPerDay / 1_000_000)} MB of files and large requests a day, and this is more than is left of today. Come back after midnight UTC.`,
    { retryAfterSeconds: Math.ceil((dayMs - (now.getTime() % dayMs)) / 1_000) },
  );
