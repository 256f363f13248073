import type { Database } from '../../ground/db/connect.ts';
import { SignInTry } from '../../ground/db/models/session.ts';
import { User } from '../../ground/db/models/user.ts';
import type { Clock } from '../../ground/runtime/clock.ts';

const dayMs = 24 * 3_600_000;
/** Newest first; with more the counts are at least these. */
const mostRead = 5_000;
const mostListed = 10;

export interface FailedFrom {
  failed: number;
  locks: number;
  lastAt: Date;
}

interface FailedSignIns {
  failed: number;
  locks: number;
  /** More failed than were counted. */
  isMore: boolean;
  /** The accounts that were tried most. A name that is nobody's is kept nowhere. */
  accounts: (FailedFrom & { userId: string; username: string | null })[];
  /** Where most came from. */
  addresses: (FailedFrom & { address: string })[];
}

/** What failed at the doors within a day, for operators. */
export async function readFailedSignIns({
  database,
  clock,
}: {
  database: Database;
  clock: Pick<Clock, 'now'>;
}): Promise<FailedSignIns> {
  const since = new Date(clock.now().getTime() - dayMs);
  const tries = await SignInTry.query(database)
    .from(database.raw('sign_in_tries FORCE INDEX (sign_in_tries_at)'))
    .select('userId', 'address', 'at', 'locked')
    .where('at', '>', since)
    .where({ succeeded: false })
    .orderBy('at', 'desc')
    .limit(mostRead);
  const of = (some: readonly SignInTry[]): FailedFrom => ({
    failed: some.filter(({ locked }) => !locked).length,
    locks: some.filter(({ locked }) => locked).length,
    lastAt: some[0]?.at ?? since,
  });
  const most = (by: (one: SignInTry) => string | null) =>
    [...Map.groupBy(tries, by)]
      .flatMap(([key, some]) => (key === null ? [] : [{ key, ...of(some) }]))
      .toSorted((a, b) => b.failed + b.locks - (a.failed + a.locks))
      .slice(0, mostListed);
  const accounts = most(({ userId }) => userId);
  const people = await User.query(database)
    .select('id', 'username')
    .findByIds(accounts.map(({ key }) => key));
  const names = new Map(people.map(({ id, username }) => [id, username]));
  const { failed, locks } = of(tries);
  return {
    failed,
    locks,
    isMore: tries.length === mostRead,
    accounts: accounts.map(({ key, ...counts }) => ({
      userId: key,
      username: names.get(key) ?? null,
      ...counts,
    })),
    addresses: most(({ address }) => address).map(({ key, ...counts }) => ({ address: key, ...counts })),
  };
}
