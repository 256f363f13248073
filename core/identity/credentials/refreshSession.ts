import { inTransaction, type Transaction } from '../../db/connect.ts';
import { RefreshToken, Session } from '../../db/models/session.ts';
import { User } from '../../db/models/user.ts';
import { openBy, sealBy } from '../../encryption/sealedToken.ts';
import { createSecret, hashSecret } from '../../encryption/secrets.ts';
import { invariant, Problem } from '../../errors.ts';
import type { Account } from '../caller.ts';
import { revokeCredentials } from '../revocation/revocations.ts';
import { livingServiceKeys } from './serviceKeys.ts';
import {
  addRefreshToken,
  expiryFrom,
  type OpenedSession,
  type SessionDeps,
  type SignIn,
  signInTo,
} from './sessions.ts';

/*
 * Using the unused token of a family makes the next one. A used one that comes again means that its answer was lost,
 * or that two parties hold the family; then it is unknown which of them is the person. It counts as lost if the same
 * client asks and the next token was not used. Within `refreshRepeatSeconds` the same answer is given again, since
 * requests may have crossed. Later the next token dies in favour of a new one, so of two parties one is left with a
 * dead token, and presenting that ends the session. So does anything else that comes again.
 */

/** The credentials that a program sends to refresh its session. */
export interface PresentedRefresh {
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
  const account = await findRefreshable(trx, session);
  if (!account) throw unknownRefreshToken();
  const { id, serviceKeyId } = session;
  const known = await RefreshToken.query(trx).findById(tokenHash);
  invariant(known, 'the tokens of a session stay as long as it does');
  if (known.usedAt) {
    const given = deps.refreshRepeatSeconds > 0 && (await findUnusedSuccessor(trx, known, presented));
    if (!given) {
      await Session.query(trx).findById(id).patch({ revokedAt: now });
      return 'reused';
    }
    if (now.getTime() - known.usedAt.getTime() < deps.refreshRepeatSeconds * 1_000)
      return { account, session: { id, serviceKeyId, refreshToken: given, expiresAt: session.expiresAt } };
    await killToken(trx, given, now);
  }
  const refreshToken = createSecret();
  await known.$query(trx).patch({
    usedAt: now,
    usedBy: hashSecret(presented.userAgent),
    successor: sealBy(presented.refreshToken, refreshToken),
  });
  const expiresAt = expiryFrom(deps);
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

/** The token that answered the last use of this one, if the same client asks again and has not used it. */
async function findUnusedSuccessor(
  trx: Transaction,
  { usedBy, successor }: RefreshToken,
  { refreshToken, userAgent }: PresentedRefresh,
): Promise<string | undefined> {
  if (successor === null || usedBy !== hashSecret(userAgent)) return undefined;
  const given = openBy(refreshToken, successor);
  const isUnused = await RefreshToken.query(trx).findById(hashSecret(given)).whereNull('usedAt');
  return isUnused && given;
}

/** As used, by no client and without a successor: whoever presents it ends the session. */
const killToken = (trx: Transaction, refreshToken: string, now: Date) =>
  RefreshToken.query(trx).findById(hashSecret(refreshToken)).whereNull('usedAt').patch({ usedAt: now });
