import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import { type Database, inTransaction, type Transaction } from '../db/connect.ts';
import { RefreshToken, Session } from '../db/models/session.ts';
import { User } from '../db/models/user.ts';
import { invariant, Problem } from '../errors.ts';
import { newId } from '../ids.ts';
import type { Redis } from '../redis.ts';
import type { AccessTokens } from './accessTokens.ts';
import type { Account } from './caller.ts';
import { revokeCredentials } from './revocations.ts';
import { createSecret, hashSecret } from './secrets.ts';

/*
 * A session is a row; its refresh tokens form a family of which exactly one is unused while the session lives. Using
 * that one makes the next. Presenting a used one means that two parties hold the family, and nobody can tell which of
 * them is the person: the session ends. A session ends for good by `revokedAt`, or by time without a refresh.
 */

export interface SessionDeps {
  database: Database;
  clock: Clock;
  redis: Redis;
  prefix: string;
  log: Logger;
  tokens: AccessTokens;
  /** Life of a session without a refresh. */
  sessionHours: number;
}

/** What a signed-in program holds. */
export interface SignIn {
  accessToken: string;
  refreshToken: string;
  /** Seconds until the access token expires. */
  expiresIn: number;
  account: Account;
}

interface OpenedSession {
  id: string;
  refreshToken: string;
  expiresAt: Date;
}

const expiryFrom = (deps: Pick<SessionDeps, 'clock' | 'sessionHours'>): Date =>
  new Date(deps.clock.now().getTime() + deps.sessionHours * 3_600_000);

const longestUserAgent = 200;

/** Opens a session in the caller's transaction; `presentSignIn` makes the tokens of it after the commit. */
export async function openSession(
  deps: Pick<SessionDeps, 'clock' | 'sessionHours'>,
  trx: Transaction,
  session: { userId: string; userAgent: string },
): Promise<OpenedSession> {
  const now = deps.clock.now();
  const id = newId();
  const expiresAt = expiryFrom(deps);
  await Session.query(trx).insert({
    id,
    userId: session.userId,
    userAgent: session.userAgent.slice(0, longestUserAgent),
    createdAt: now,
    usedAt: now,
    expiresAt,
  });
  return { id, refreshToken: await addRefreshToken(trx, id, now), expiresAt };
}

async function addRefreshToken(trx: Transaction, sessionId: string, now: Date): Promise<string> {
  const refreshToken = createSecret();
  await RefreshToken.query(trx).insert({ tokenHash: hashSecret(refreshToken), sessionId, createdAt: now });
  return refreshToken;
}

export async function signInTo(
  deps: Pick<SessionDeps, 'tokens'>,
  account: Account,
  session: OpenedSession,
): Promise<SignIn> {
  const { token, expiresIn } = await deps.tokens.sign(
    { userId: account.id, sessionId: session.id },
    session.expiresAt,
  );
  return { accessToken: token, refreshToken: session.refreshToken, expiresIn, account };
}

const unknownRefreshToken = () => new Problem('unauthenticated', 'This session has ended. Sign in again.');

/**
 * Exchanges a refresh token for the next one and a new access token.
 * @throws Problem `unauthenticated`; `refresh-reused` for a token that was used before: its session has ended then.
 */
export async function refreshSession(deps: SessionDeps, refreshToken: string): Promise<SignIn> {
  const tokenHash = hashSecret(refreshToken);
  const known = await RefreshToken.query(deps.database).findById(tokenHash);
  if (!known) throw unknownRefreshToken();
  const outcome = await inTransaction(deps.database, (trx) => rotate(deps, trx, known));
  if (outcome !== 'reused') return signInTo(deps, outcome.account, outcome.session);
  await revokeCredentials(deps, [{ kind: 'session', id: known.sessionId }]);
  throw new Problem(
    'refresh-reused',
    'This refresh token was used before, so somebody else may have a copy. The session has ended: sign in again.',
  );
}

async function rotate(
  deps: SessionDeps,
  trx: Transaction,
  known: RefreshToken,
): Promise<{ account: Account; session: OpenedSession } | 'reused'> {
  const now = deps.clock.now();
  // The lock makes twins wait for each other, so that the second sees the first's use.
  const session = await Session.query(trx).findById(known.sessionId).forUpdate();
  if (!session || session.revokedAt || session.expiresAt <= now) throw unknownRefreshToken();
  const used = await RefreshToken.query(trx)
    .findById(known.tokenHash)
    .whereNull('usedAt')
    .patch({ usedAt: now });
  if (used === 0) {
    await Session.query(trx).findById(session.id).patch({ revokedAt: now });
    return 'reused';
  }
  const account = await User.query(trx).findById(session.userId).whereNull('disabledAt');
  if (!account) throw unknownRefreshToken();
  const expiresAt = expiryFrom(deps);
  await Session.query(trx).findById(session.id).patch({ usedAt: now, expiresAt });
  const refreshToken = await addRefreshToken(trx, session.id, now);
  return { account, session: { id: session.id, refreshToken, expiresAt } };
}

/** Ends the session that a refresh token belongs to, used or not; an unknown token has nothing to end. */
export async function endSessionOf(deps: SessionDeps, refreshToken: string): Promise<void> {
  const known = await RefreshToken.query(deps.database).findById(hashSecret(refreshToken));
  if (known) await endSessions(deps, { id: known.sessionId });
}

/**
 * Ends sessions that live: one, or all of a person. Their access tokens and sockets end with them.
 * @returns how many ended.
 */
export async function endSessions(
  deps: Omit<SessionDeps, 'tokens' | 'sessionHours'>,
  which: { id?: string; userId?: string },
): Promise<number> {
  invariant(which.id !== undefined || which.userId !== undefined, 'sessions of somebody');
  const ended = await inTransaction(deps.database, async (trx) => {
    const living = await Session.query(trx).select('id').where(which).whereNull('revokedAt').forUpdate();
    const ids = living.map(({ id }) => id);
    if (ids.length > 0) await Session.query(trx).findByIds(ids).patch({ revokedAt: deps.clock.now() });
    return ids;
  });
  await revokeCredentials(
    deps,
    ended.map((id) => ({ kind: 'session', id })),
  );
  return ended.length;
}

/** Sessions that live, newest first; `beforeId` continues a page. */
export async function listSessions(
  deps: Pick<SessionDeps, 'database' | 'clock'>,
  userId: string,
  page: { limit: number; beforeId?: string },
): Promise<Session[]> {
  const query = Session.query(deps.database)
    .where({ userId })
    .whereNull('revokedAt')
    .where('expiresAt', '>', deps.clock.now())
    .orderBy('id', 'desc')
    .limit(page.limit);
  return page.beforeId === undefined ? query : query.where('id', '<', page.beforeId);
}

/** The account behind a session that lives. */
export async function findSessionAccount(
  deps: Pick<SessionDeps, 'database' | 'clock'>,
  sessionId: string,
): Promise<Account | undefined> {
  return User.query(deps.database)
    .join('sessions', 'sessions.userId', 'users.id')
    .select('users.id', 'users.username', 'users.role', 'users.locale')
    .where('sessions.id', sessionId)
    .whereNull('sessions.revokedAt')
    .where('sessions.expiresAt', '>', deps.clock.now())
    .whereNull('users.disabledAt')
    .first();
}
