import { type Database, inTransaction, type Transaction } from '../../../ground/db/connect.ts';
import { ApiKey } from '../../../ground/db/models/session.ts';
import { Identity, type Role, User } from '../../../ground/db/models/user.ts';
import { invariant, Problem } from '../../../ground/errors.ts';
import { isId } from '../../../ground/runtime/ids.ts';
import { endSessions, type SessionDeps } from '../credentials/sessions.ts';
import { type CredentialName, revokeCredentials } from '../revocations.ts';

export interface AccountChange {
  role?: Role;
  disabled?: boolean;
}

type Deps = Omit<SessionDeps, 'tokens' | 'sessionHours' | 'sessionDays' | 'refreshRepeatSeconds'>;

/**
 * Changes what an account may do, from the next request on. Disabling ends its sessions and sockets and suspends its
 * keys. A changed role ends its sessions too, so that none goes on under the old role.
 * @param record records who did it, in the same transaction: without a record nothing changes. It may refuse to by what
 * the account was before.
 * @throws Problem `not-found`.
 */
export async function changeAccount(
  deps: Deps,
  userId: string,
  change: AccountChange,
  record?: (trx: Transaction, before: User) => Promise<void>,
): Promise<User> {
  await requireUser(deps.database, userId);
  const { before, user } = await inTransaction(deps.database, async (trx) => {
    const known = await User.query(trx).findById(userId).forUpdate();
    invariant(known, `user ${userId} vanished`);
    await record?.(trx, known);
    const changed = await User.query(trx).patchAndFetchById(userId, {
      role: change.role ?? known.role,
      disabledAt: disabledAtAfter(deps, known, change),
    });
    return { before: known, user: changed };
  });
  if (user.disabledAt || user.role !== before.role) await endSessions(deps, { userId });
  const outlasting = await listKeysAndIdentities(deps.database, userId);
  await revokeCredentials(deps, [...outlasting, { kind: 'user', id: userId }]);
  return user;
}

/** A second block keeps the time of the first. */
function disabledAtAfter(
  deps: Pick<Deps, 'clock'>,
  { disabledAt }: User,
  { disabled }: AccountChange,
): Date | null {
  if (disabled === undefined) return disabledAt;
  return disabled ? (disabledAt ?? deps.clock.now()) : null;
}

/** @throws Problem `not-found`. */
export async function requireUser(database: Database, userId: string): Promise<User> {
  const user = isId(userId) ? await User.query(database).findById(userId) : undefined;
  if (!user) throw new Problem('not-found', 'There is no such person.');
  return user;
}

/** Credentials that outlive sessions: their cached entries have to be read again. */
export function listKeysAndIdentities(database: Database, userId: string): Promise<CredentialName[]> {
  return inTransaction(database, async (trx) => {
    const keys = await ApiKey.query(trx).select('id').where({ userId }).whereNull('revokedAt');
    const identities = await Identity.query(trx).where({ userId });
    return [
      ...keys.map(({ id }) => ({ kind: 'key' as const, id })),
      ...identities.map(({ provider, subject }) => ({
        kind: 'identity' as const,
        id: `${provider}:${subject}`,
      })),
    ];
  });
}
