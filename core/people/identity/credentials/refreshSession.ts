import { inTransaction, type Transaction } from '../../../ground/db/connect.ts';
import { RefreshToken, Session } from '../../../ground/db/models/session.ts';
import { User } from '../../../ground/db/models/user.ts';
import { hashSecret } from '../../../ground/encryption/secrets.ts';
import { invariant, Problem } from '../../../ground/errors.ts';
import type { Account } from '../caller.ts';
import { revokeCredentials } from '../revocations.ts';
import { rotateToken } from './rotateToken.ts';
import { livingServiceKeys } from './serviceKeys.ts';
import {
  addRefreshToken,
  expiryFrom,
  type OpenedSession,
  type SessionDeps,
  type SignIn,
  signInTo,
} from './sessions.ts';

/** The credentials that a program sends to refresh its session. */
interface PresentedRefresh {
  refreshToken: string;
  /**
   * Tells clients apart. Addresses do not: a client that lost an answer often comes back from another network, or
   * from another address of the same one.
   */
  userAgent: string;
}

/**
 * Exchanges a refresh token for the next one and a new access token.
 * @throws Problem `unauthenticated`; `refresh-reused` for a token that was used before: its session has ended then.
 */
export async function refreshSession(deps: SessionDeps, presented: PresentedRefresh): Promise<SignIn> {
  const known = await RefreshToken.query(deps.database).findById(hashSecret(presented.refreshToken));
  if (!known) throw unknownRefreshToken();
  const outcome = await inTransaction(deps.database, (trx) => rotate(deps, trx, known, presented));
  if (outcome !== 'reused') return signInTo(deps, outcome.account, outcome.session);
  await revokeCredentials(deps, [{ kind: 'session', id: known.sessionId }]);
  throw new Problem(
    'refresh-reused',
    'This refresh token was used before, so somebody else may have a copy. The session has ended: sign in again.',
  );
}

const unknownRefreshToken = () => new Problem('unauthenticated', 'This session has ended. Sign in again.');

async function rotate(
  deps: SessionDeps,
  trx: Transaction,
  { tokenHash, sessionId }: RefreshToken,
  presented: PresentedRefresh,
): Promise<{ account: Account; session: OpenedSession } | 'reused'> {
  const now = deps.clock.now();
  // Because of the lock, simultaneous requests wait for each other, and the second sees the first one's use.
  const session = await Session.query(trx).findById(sessionId).forUpdate();
  if (!session || session.revokedAt || session.expiresAt <= now) throw unknownRefreshToken();
  // An operator may have shortened the life of sessions meanwhile.
  if (expiryFrom(deps, session.createdAt) <= now) throw unknownRefreshToken();
  const account = await findRefreshable(trx, session);
  if (!account) throw unknownRefreshToken();
  const { id, serviceKeyId } = session;
  const known = await RefreshToken.query(trx).findById(tokenHash);
  invariant(known, 'the tokens of a session stay as long as it does');
  const client = hashSecret(presented.userAgent);
  const rotated = await rotateToken(deps, trx, RefreshToken, known, {
    refreshToken: presented.refreshToken,
    isSameClient: known.usedBy === client,
    noted: { usedBy: client },
  });
  if (!rotated) {
    await Session.query(trx).findById(id).patch({ revokedAt: now });
    return 'reused';
  }
  const { next: refreshToken, isKnown } = rotated;
  if (isKnown) return { account, session: { id, serviceKeyId, refreshToken, expiresAt: session.expiresAt } };
  const expiresAt = expiryFrom(deps, session.createdAt);
  await Session.query(trx).findById(id).patch({ usedAt: now, expiresAt });
  await addRefreshToken(trx, id, now, refreshToken);
  return { account, session: { id, serviceKeyId, refreshToken, expiresAt } };
}

/** The person of a session, unless they are disabled or their service key was revoked. */
async function findRefreshable(trx: Transaction, session: Session): Promise<User | undefined> {
  const { userId, serviceKeyId } = session;
  if (serviceKeyId !== null && !(await livingServiceKeys(trx).findById(serviceKeyId))) return undefined;
  return User.query(trx).findById(userId).whereNull('disabledAt');
}
