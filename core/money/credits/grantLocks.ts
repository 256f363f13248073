import { inCredits } from '@star-graph/workflows/shared/inCredits';
import type { Knex } from 'knex';
import { LRUCache } from 'lru-cache';
import type { Database, Transaction } from '../../ground/db/connect.ts';
import { Balance, GrantLock } from '../../ground/db/models/ledger.ts';
import {
  type Answer,
  affectedBy,
  requireMet,
  type Statement,
  sendPacket,
  whenAnswered,
} from '../../ground/db/packet.ts';
import { invariant, Problem } from '../../ground/errors.ts';
import { newId } from '../../ground/runtime/ids.ts';
import { utcDay } from '../../ground/runtime/utcDay.ts';

/*
 * Free credits stay with the person until they were used or have aged. Accounts cost nothing, so their grants must
 * not be collected in one account.
 *
 * A lock says how much of a grant is left. The locked credits are part of `available + held`. Credits that leave a
 * balance other than by a gift are taken from the oldest lock first. Held credits count as locked ones first, so a
 * hold and its release change no lock, and the part that can be given is
 *
 *     giftable = available − max(0, locked − held)
 *
 * All of this happens under the lock of the balance row, which every movement takes.
 *
 * Money that goes back takes free credits along where no bought ones are left, and what is owed then is paid by free
 * ones that come in. Their locks are away with them (`awayFor`), and come back with them.
 */

const dayMs = 24 * 3_600_000;

/** When a grant made now can be given away; undefined: at once. */
export const unlockTimeOf = (now: Date, lockDays: number): Date | undefined =>
  lockDays === 0 ? undefined : new Date(now.getTime() + lockDays * dayMs);

/** Locks a grant that was just posted, and removes the person's aged locks, so that there are few. */
export async function lockGrant(
  trx: Transaction,
  grant: { userId: string; amount: number; unlocksAt: Date },
  now: Date,
): Promise<void> {
  const { userId, amount, unlocksAt } = grant;
  await GrantLock.query(trx).where({ userId }).where('unlocksAt', '<=', now).delete();
  await GrantLock.query(trx).insert({ id: newId(), userId, remaining: amount, unlocksAt });
}

/**
 * Takes credits that left the balance, other than by a gift, from the locked ones first: statements for after the one
 * that moved the balance.
 */
export function useLocked(trx: Transaction, userId: string, amount: number, now: Date): Statement[] {
  if (amount === 0) return [];
  let met = 0;
  const note = (answer: Answer | undefined) => {
    met += affectedBy(answer);
    if (met > 0) usedLocked.set(userId, true);
    else usedLocked.delete(userId);
  };
  // `up_to`: what a lock holds together with those before it. Those that are used up whole go; the next one pays the rest.
  const locks = `SELECT id, SUM(remaining) OVER (ORDER BY unlocks_at, id) AS up_to
     FROM grant_locks WHERE user_id = ? AND unlocks_at > ? AND away_for IS NULL`;
  return [
    trx.raw(`SET @rest = ? - (SELECT COALESCE(MAX(up_to), 0) FROM (${locks}) AS queue WHERE up_to <= ?)`, [
      amount,
      userId,
      now,
      amount,
    ]),
    whenAnswered(
      trx.raw(
        `DELETE grant_locks FROM grant_locks JOIN (${locks}) AS queue ON queue.id = grant_locks.id
       WHERE grant_locks.user_id = ? AND grant_locks.unlocks_at > ? AND queue.up_to <= ?`,
        [userId, now, userId, now, amount],
      ),
      note,
    ),
    whenAnswered(
      trx.raw(
        `UPDATE grant_locks SET remaining = remaining - @rest
       WHERE user_id = ? AND unlocks_at > ? AND away_for IS NULL AND @rest > 0 ORDER BY unlocks_at, id LIMIT 1`,
        [userId, now],
      ),
      note,
    ),
  ];
}

/**
 * The same for a packet that commits, of a person who is taken to have some: the oldest lock pays all of it. Where it has
 * no more than that, or there is none, the packet ends (`isUnmet`).
 */
export const useOldestLock = (trx: Transaction, userId: string, amount: number, now: Date): Statement[] => [
  trx.raw(
    `UPDATE grant_locks SET remaining = IF(remaining > ?, remaining - ?, 9223372036854775807 + remaining)
     WHERE user_id = ? AND unlocks_at > ? AND away_for IS NULL ORDER BY unlocks_at, id LIMIT 1`,
    [amount, amount, userId, now],
  ),
  requireMet(trx),
];

/**
 * Whose locked credits this process has used last time. Others are taken to have none: a settlement in one packet is
 * refused where that is wrong, and is made in steps. So it may forget, and a person who has none costs nothing.
 */
const usedLocked = new LRUCache<string, true>({ max: 10_000 });

export const hasUsedLocked = (userId: string): boolean => usedLocked.has(userId);

/** Like `useLocked`, for credits that may come back: their locks are away with them. */
export async function takeLocked(
  trx: Transaction,
  userId: string,
  amount: number,
  awayFor: string,
  now: Date,
): Promise<void> {
  const before = await selectLocks(trx, userId, now);
  await sendPacket(trx, useLocked(trx, userId, amount, now));
  const left = new Map((await selectLocks(trx, userId, now)).map(({ id, remaining }) => [id, remaining]));
  for (const { id, remaining, unlocksAt } of before) {
    const taken = remaining - (left.get(id) ?? 0);
    if (taken > 0)
      await GrantLock.query(trx).insert({ id: newId(), userId, remaining: taken, unlocksAt, awayFor });
  }
}

/** Locks credits again that came back, at most so many. @returns how many. */
export async function bringBackLocks(
  trx: Transaction,
  userId: string,
  awayFor: string,
  atMost: number,
  now: Date,
): Promise<number> {
  const away = await GrantLock.query(trx)
    .where({ userId, awayFor })
    .where('unlocksAt', '>', now)
    .orderBy(['unlocksAt', 'id']);
  let rest = atMost;
  for (const { id, remaining, unlocksAt } of away) {
    const back = Math.min(remaining, rest);
    if (back === 0) break;
    rest -= back;
    if (back === remaining) await GrantLock.query(trx).findById(id).patch({ awayFor: null });
    else {
      await GrantLock.query(trx)
        .findById(id)
        .patch({ remaining: remaining - back });
      await GrantLock.query(trx).insert({ id: newId(), userId, remaining: back, unlocksAt });
    }
  }
  return atMost - rest;
}

/** Moves the locks with the credits. The caller has moved all credits. */
export async function moveLocks(trx: Transaction, fromId: string, intoId: string): Promise<void> {
  await GrantLock.query(trx).where({ userId: fromId }).patch({ userId: intoId });
}

/** The part of a balance that can be given away. */
interface Giftable {
  /** Now. */
  giftable: number;
  /** The next part to become free, unless it is spent before; undefined when all is free. */
  next: { amount: number; at: Date } | undefined;
}

export async function findGiftable(
  database: Database | Transaction,
  { userId, available, held }: Pick<Balance, 'userId' | 'available' | 'held'>,
  now: Date,
): Promise<Giftable> {
  const locks = await selectLocks(database, userId, now);
  const locked = locks.reduce((sum, { remaining }) => sum + remaining, 0);
  const kept = Math.max(0, locked - held);
  const [first] = locks;
  return {
    giftable: Math.max(0, available - kept),
    next: kept > 0 && first ? { amount: Math.min(first.remaining, kept), at: first.unlocksAt } : undefined,
  };
}

/** A person's locks that have not aged and are not away, oldest first. */
const selectLocks = (
  database: Database | Transaction,
  userId: string,
  now: Date,
): Knex.QueryBuilder<GrantLock, GrantLock[]> =>
  database(GrantLock.tableName)
    .where({ userId, awayFor: null })
    .where('unlocksAt', '>', now)
    .orderBy(['unlocksAt', 'id']);

/**
 * Refuses a gift of locked credits. Called after the gift moved the giver's balance: that locks the row, so no grant
 * can come in between.
 * @throws Problem `credits-locked`; the transaction must be given up.
 */
export async function requireUnlocked(
  trx: Transaction,
  gift: { fromUserId: string; amount: number },
  now: Date,
): Promise<void> {
  const after = await Balance.query(trx).findById(gift.fromUserId);
  invariant(after, `user ${gift.fromUserId} has no balance row`);
  const available = after.available + gift.amount;
  const { giftable, next } = await findGiftable(trx, { ...after, available }, now);
  if (gift.amount <= giftable) return;
  const more = next ? `, and ${next.amount} more from ${utcDay(next.at)} on` : '';
  throw new Problem(
    'credits-locked',
    `You can give away ${giftable} of your ${inCredits(available)} now${more}. The rest was free: spend it, or give it away later.`,
  );
}
