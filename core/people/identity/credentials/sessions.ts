import type { Logger } from 'pino';
import { type Database, inTransaction, type Transaction } from '../../../ground/db/connect.ts';
import { LinkCode, RefreshToken, Session } from '../../../ground/db/models/session.ts';
import { User } from '../../../ground/db/models/user.ts';
import { createSecret, hashSecret } from '../../../ground/encryption/secrets.ts';
import { invariant } from '../../../ground/errors.ts';
import type { Redis } from '../../../ground/redis/createRedis.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';
import { newId } from '../../../ground/runtime/ids.ts';
import { type Account, limitRights } from '../caller.ts';
import { endMadeBy } from '../makers.ts';
import { type CredentialName, revokeCredentials } from '../revocations.ts';
import { endTickets } from '../secondFactor/tickets.ts';
import { endVerifications } from '../verifications.ts';
import type { AccessTokens } from './accessTokens.ts';
import { trimFamily } from './rotateToken.ts';
import { findNewDevice, longestUserAgent, recordSignIn, type Visitor } from './signInTries.ts';

/*
 * A session is a row; its refresh tokens form a family of which exactly one is unused while the session lives
 * (`refreshSession.ts`). A session ends for good by `revokedAt`, by time without a refresh, by its age, or since its
 * person has opened many others.
 */

/** Sessions that a person has rows of: a program that signs in for each of its requests leaves no more. */
const sessionsPerPerson = 100;
/** More than there can be beyond, unless an earlier release left them: those go with the sign-ins to come. */
const mostRead = 1_000;
const endedAtOnce = 20;

export interface SessionDeps {
  database: Database;
  clock: Clock;
  redis: Redis;
  prefix: string;
  log: Logger;
  tokens: AccessTokens;
  /** Life of a session without a refresh. */
  sessionHours: number;
  /** Life of a session, however often it is refreshed. */
  sessionDays: number;
  /** For how long the same client gets the same answer to the same refresh token. */
  refreshRepeatSeconds: number;
}

/** The tokens of a signed-in program. */
export interface SignIn {
  accessToken: string;
  refreshToken: string;
  /** Seconds until the access token expires. */
  expiresIn: number;
  account: Account;
  /** Set for the first sign-in by a device, where others signed in before. */
  newDevice?: string | null;
}

export interface OpenedSession {
  id: string;
  refreshToken: string;
  expiresAt: Date;
  serviceKeyId: string | null;
  /** As in `SignIn`. */
  newDevice?: string | null;
  /** Of the same person, since there were too many: to be revoked after the commit. */
  crowdedOut?: readonly CredentialName[];
}

/** @param since when the session was opened. */
export function expiryFrom(
  { clock, sessionHours, sessionDays }: Pick<SessionDeps, 'clock' | 'sessionHours' | 'sessionDays'>,
  since: Date,
): Date {
  const lastMs = since.getTime() + sessionDays * 24 * 3_600_000;
  return new Date(Math.min(clock.now().getTime() + sessionHours * 3_600_000, lastMs));
}

/** Opens a session in the caller's transaction; `presentSignIn` makes its tokens after the commit. */
export async function openSession(
  deps: Pick<SessionDeps, 'clock' | 'sessionHours' | 'sessionDays'>,
  trx: Transaction,
  session: Pick<Session, 'userId' | 'serviceKeyId' | 'provenAt'> & Visitor & Partial<Pick<Session, 'madeBy'>>,
): Promise<OpenedSession> {
  const { serviceKeyId, provenAt, madeBy = null } = session;
  const now = deps.clock.now();
  const id = newId();
  const expiresAt = expiryFrom(deps, now);
  await Session.query(trx).insert({
    id,
    userId: session.userId,
    userAgent: session.userAgent.slice(0, longestUserAgent),
    createdAt: now,
    usedAt: now,
    expiresAt,
    serviceKeyId,
    provenAt,
    madeBy,
  });
  const { userId, userAgent, address } = session;
  const newDevice = await findNewDevice(trx, session);
  await recordSignIn(deps, trx, { userId, userAgent, address, succeeded: true });
  const refreshToken = await addRefreshToken(trx, id, now);
  const crowdedOut = await crowdOut(trx, userId, now);
  return { id, serviceKeyId, refreshToken, expiresAt, newDevice, crowdedOut };
}

/** Those that ended go first, then those that were used longest ago; their rows too. */
async function crowdOut(trx: Transaction, userId: string, now: Date): Promise<CredentialName[]> {
  const rows = await Session.query(trx).select('id', 'usedAt', 'revokedAt').where({ userId }).limit(mostRead);
  const lastUse = ({ revokedAt, usedAt }: Session) => (revokedAt === null ? usedAt.getTime() : 0);
  const gone = rows
    .toSorted((one, other) => lastUse(other) - lastUse(one))
    .slice(sessionsPerPerson)
    .slice(-endedAtOnce)
    .map(({ id }) => id);
  if (gone.length === 0) return [];
  await endMadeBy(
    trx,
    gone.map((id) => `session:${id}` as const),
    now,
  );
  await Session.query(trx).findByIds(gone).delete();
  return gone.map((id) => ({ kind: 'session', id }));
}

export async function addRefreshToken(
  trx: Transaction,
  sessionId: string,
  now: Date,
  refreshToken = createSecret(),
): Promise<string> {
  await RefreshToken.query(trx).insert({ tokenHash: hashSecret(refreshToken), sessionId, createdAt: now });
  await trimFamily(trx, RefreshToken, { sessionId });
  return refreshToken;
}

export async function signInTo(
  deps: Pick<SessionDeps, 'tokens' | 'redis' | 'prefix' | 'log'>,
  account: Account,
  session: OpenedSession,
): Promise<SignIn> {
  await revokeCredentials(deps, session.crowdedOut ?? []);
  const { token, expiresIn } = await deps.tokens.sign(
    { userId: account.id, sessionId: session.id },
    session.expiresAt,
  );
  const { refreshToken, serviceKeyId, newDevice = null } = session;
  return {
    accessToken: token,
    refreshToken,
    expiresIn,
    newDevice,
    account: limitRights(account, serviceKeyId),
  };
}

/** Ends the session of a refresh token, used or not; an unknown token ends nothing. */
export async function endSessionOf(deps: SessionDeps, refreshToken: string): Promise<void> {
  const known = await RefreshToken.query(deps.database).findById(hashSecret(refreshToken));
  if (known) await endSessions(deps, { id: known.sessionId });
}

/** One session, or those of a person, of which one may go on. */
interface WhichSessions {
  id?: string;
  userId?: string;
  exceptId?: string;
}

/**
 * Ends live sessions: one, or all of a person. Their access tokens and sockets end too. When a person ends them,
 * unused link codes and half-made sign-ins end as well: one may have been made in the ended session.
 * @returns how many ended.
 */
export async function endSessions(
  deps: Omit<SessionDeps, 'tokens' | 'sessionHours' | 'sessionDays' | 'refreshRepeatSeconds'>,
  which: WhichSessions,
): Promise<number> {
  const ended = await inTransaction(deps.database, (trx) => endSessionsIn(trx, which, deps.clock.now()));
  await revokeCredentials(deps, ended);
  return ended.length;
}

/** In the caller's transaction. @returns the ended ones, to be revoked after the commit. */
export async function endSessionsIn(
  trx: Transaction,
  { exceptId, ...which }: WhichSessions,
  now: Date,
): Promise<CredentialName[]> {
  invariant(which.id !== undefined || which.userId !== undefined, 'sessions of somebody');
  const living = await Session.query(trx).select('id').where(which).whereNull('revokedAt').forUpdate();
  const ids = living.map(({ id }) => id).filter((id) => id !== exceptId);
  if (ids.length > 0) await Session.query(trx).findByIds(ids).patch({ revokedAt: now });
  await endMadeBy(
    trx,
    ids.map((id) => `session:${id}` as const),
    now,
  );
  if (which.userId !== undefined) {
    await LinkCode.query(trx).where({ userId: which.userId }).whereNull('usedAt').patch({ usedAt: now });
    await endTickets(trx, which.userId, now);
    // Who was in may have asked for an address of theirs: it would let them in again.
    await endVerifications(trx, which.userId, now);
  }
  return ids.map((id) => ({ kind: 'session', id }));
}

/** Live sessions, newest first; `beforeId` continues a page. */
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

/** Flat, since it is cached and processes of two releases read each other's entries. */
export type SessionAccount = Account &
  Pick<Session, 'serviceKeyId'> & { hasSecondFactor: boolean; provenAt?: string | null };

/** The account behind a live session, while the service key that it came from works. */
export async function findSessionAccount(
  deps: Pick<SessionDeps, 'database' | 'clock'>,
  sessionId: string,
): Promise<SessionAccount | undefined> {
  const found = await User.query(deps.database)
    .join('sessions', 'sessions.userId', 'users.id')
    .select('users.id', 'users.username', 'users.role', 'users.locale', 'users.secondFactorSince')
    .select('sessions.serviceKeyId', 'sessions.provenAt')
    .castTo<(User & Pick<Session, 'serviceKeyId' | 'provenAt'>) | undefined>()
    .where('sessions.id', sessionId)
    .whereNull('sessions.revokedAt')
    .where('sessions.expiresAt', '>', deps.clock.now())
    .whereNull('users.disabledAt')
    .first();
  if (!found) return undefined;
  const { id, username, role, locale, serviceKeyId, secondFactorSince, provenAt } = found;
  const hasSecondFactor = secondFactorSince !== null;
  return {
    id,
    username,
    role,
    locale,
    serviceKeyId,
    hasSecondFactor,
    provenAt: provenAt?.toISOString() ?? null,
  };
}
