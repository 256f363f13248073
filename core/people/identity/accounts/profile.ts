import type { Locale } from '@star-graph/workflows';
import { type Database, inTransaction, isAscii } from '../../../ground/db/connect.ts';
import { Identity, User } from '../../../ground/db/models/user.ts';
import { Problem } from '../../../ground/errors.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';
import { type Gift, giftCredits } from '../../../money/credits/credits.ts';
import { findByName } from './accounts.ts';
import { requireUser } from './changeAccount.ts';

interface Profile {
  user: User;
  identities: Identity[];
}

export async function requireProfile(database: Database, userId: string): Promise<Profile> {
  const user = await requireUser(database, userId);
  const identities = await Identity.query(database).where({ userId }).orderBy(['provider', 'subject']);
  return { user, identities };
}

/** The part of an account that its person may change. */
export async function changeLocale(database: Database, userId: string, locale: Locale): Promise<void> {
  await User.query(database).findById(userId).patch({ locale });
}

/**
 * Gives credits to the person with that user name, or `discord:<snowflake>`.
 * @throws Problem `not-found`, `invalid-params` for a gift to oneself, `insufficient-credits`, `quota-exceeded`,
 * `daily-limit`, `idempotency-conflict`.
 */
export async function giveCredits(
  deps: { database: Database; clock: Clock },
  giverId: string,
  gift: { to: string; perDay: number } & Pick<Gift, 'amount' | 'reason' | 'key' | 'count' | 'through'>,
): Promise<void> {
  const receiver = await findReceiver(deps.database, gift.to);
  if (!receiver || receiver.disabledAt)
    throw new Problem('not-found', 'Nobody here has this name.', {
      errors: [{ pointer: '/to', message: 'Nobody has this name.' }],
    });
  if (receiver.id === giverId)
    throw new Problem('invalid-params', 'You cannot give credits to yourself. Choose somebody else.', {
      errors: [{ pointer: '/to', message: 'This is you.' }],
    });
  const { to: _, ...moved } = gift;
  await inTransaction(deps.database, (trx) =>
    giftCredits(deps, trx, { fromUserId: giverId, toUserId: receiver.id, ...moved }),
  );
}

/** By user name, or `discord:<snowflake>`. */
export async function findReceiver(database: Database, to: string): Promise<User | undefined> {
  const [provider, subject] = to.split(':');
  if (subject === undefined) return findByName(database, to.toLowerCase());
  if (!isAscii(to)) return undefined;
  return User.query(database)
    .join('identities', 'identities.userId', 'users.id')
    .select('users.*')
    .where({ 'identities.provider': provider, 'identities.subject': subject })
    .first();
}
