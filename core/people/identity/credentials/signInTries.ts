import { nameBrowser } from '@star-graph/workflows/shared/nameBrowser';
import type { Database, Transaction } from '../../../ground/db/connect.ts';
import { SignInTry } from '../../../ground/db/models/session.ts';
import { User } from '../../../ground/db/models/user.ts';
import { Problem } from '../../../ground/errors.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';
import { newId } from '../../../ground/runtime/ids.ts';
import { defineCounter } from '../../../ground/telemetry/define.ts';

/** Who asks to be let in: where from, and by what. */
export interface Visitor {
  userAgent: string;
  address: string;
}

export const signInsSeen = defineCounter({
  name: 'star_graph_sign_ins_total',
  help: 'Sign-ins by outcome: succeeded, failed (a wrong password or second factor). What is locked is among the refusals by a limit (sign-in-…)',
  labels: ['outcome'],
});

export const longestUserAgent = 200;

/** Sign-ins of a person that are kept; wrong ones are slowed, and kept for their time. */
const keptSignIns = 1_000;
const forgottenAtOnce = 500;

/** Sign-ins that a new one is compared with. */
const comparedWith = 100;

/** As the lists of sessions and sign-ins show it: another version of a browser is the same device. */
const deviceOf = (userAgent: string): string => {
  const known = userAgent.slice(0, longestUserAgent);
  return nameBrowser(known) ?? known;
};

/** The device of a sign-in that is about to be noted, if earlier ones were by others; null for the first of all. */
export async function findNewDevice(
  trx: Transaction,
  { userId, userAgent }: { userId: string; userAgent: string },
): Promise<string | null> {
  const earlier = await SignInTry.query(trx)
    .select('userAgent')
    .where({ userId, succeeded: true })
    .orderBy('id', 'desc')
    .limit(comparedWith);
  const device = deviceOf(userAgent);
  return earlier.length === 0 || earlier.some((one) => deviceOf(one.userAgent) === device) ? null : device;
}

export async function recordSignIn(
  { clock }: { clock: Pick<Clock, 'now'> },
  trx: Transaction | Database,
  { userId, address, userAgent, succeeded }: Visitor & Pick<SignInTry, 'userId' | 'succeeded'>,
): Promise<void> {
  await SignInTry.query(trx).insert({
    id: newId(),
    userId,
    at: clock.now(),
    address,
    succeeded,
    userAgent: userAgent.slice(0, longestUserAgent),
  });
  if (succeeded && userId !== null) await forgetOldest(trx, userId);
  signInsSeen.inc({ outcome: succeeded ? 'succeeded' : 'failed' });
}

async function forgetOldest(trx: Transaction | Database, userId: string): Promise<void> {
  const own = { userId, succeeded: true };
  const [last] = await SignInTry.query(trx)
    .select('id')
    .where(own)
    .orderBy('id', 'desc')
    .offset(keptSignIns)
    .limit(1);
  if (last) await SignInTry.query(trx).where(own).where('id', '<=', last.id).limit(forgottenAtOnce).delete();
}

/** The first refusal of a lock. @param username as it was typed; it may be nobody's. */
export async function recordLock(
  { database, clock }: { database: Database; clock: Pick<Clock, 'now'> },
  { username, address }: { username: string; address: string },
): Promise<void> {
  const user = await User.query(database).select('id').findOne({ username });
  await SignInTry.query(database).insert({
    id: newId(),
    userId: user?.id ?? null,
    at: clock.now(),
    address,
    userAgent: '',
    succeeded: false,
    locked: true,
  });
}

/** Runs a check of a person's factor: a wrong one is noted among their sign-ins. */
export async function noteRefusal<Result>(
  deps: { database: Database; clock: Pick<Clock, 'now'> },
  visitor: Visitor & { userId: string },
  check: () => Promise<Result>,
): Promise<Result> {
  try {
    return await check();
  } catch (error) {
    if (error instanceof Problem && error.code === 'unauthenticated')
      await recordSignIn(deps, deps.database, { ...visitor, succeeded: false });
    throw error;
  }
}

/** Newest first; `beforeId` continues a page. */
export async function listSignIns(
  { database }: { database: Database },
  userId: string,
  { limit, beforeId }: { limit: number; beforeId?: string },
): Promise<SignInTry[]> {
  const query = SignInTry.query(database).where({ userId }).orderBy('id', 'desc').limit(limit);
  return beforeId === undefined ? query : query.where('id', '<', beforeId);
}
