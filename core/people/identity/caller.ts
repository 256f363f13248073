import type { KeyScope } from '@star-graph/workflows/shared/keyScopes';
import type { Role, User } from '../../ground/db/models/user.ts';
import { Problem } from '../../ground/errors.ts';
import type { KeySpending } from '../../money/quotas/keyDay.ts';

/** The account behind a working credential. */
export type Account = Pick<User, 'id' | 'username' | 'role' | 'locale'>;

/** What a key was limited to when it was made; null: not limited. */
export interface KeyLimits {
  scopes: readonly KeyScope[] | null;
  /** ISO 8601. */
  expiresAt: string | null;
  /** Addresses and CIDR ranges that it works from. */
  networks: readonly string[] | null;
  /** Absent in an entry that a process of an earlier release has cached. */
  creditsPerDay?: number | null;
}

/**
 * Who makes a request.
 * - `session`: a person, by an access token that ends at `expiresAt`; `provenAt` is when they last proved that it is
 *   them, null in a session from a code;
 * - `key`: a person, by an API key;
 * - `delegate`: a person, through a service key that acts for them; `isNamed` by the headers of a program, at the doors;
 * - `service`: a service key that acts for no person.
 *
 * Sessions and keys that came from a service key name it in `serviceKeyId`; the role of their account is `user`.
 * `mustSetUpSecondFactor`: an administrator without a second factor, where the operator requires one.
 */
export type Caller =
  | ({ kind: 'session'; sessionId: string; expiresAt: Date; provenAt: Date | null } & OwnCredential)
  | ({ kind: 'key'; apiKeyId: string; limits?: KeyLimits } & OwnCredential)
  | { kind: 'delegate'; account: Account; apiKeyId: string; limits?: KeyLimits; isNamed?: true }
  | { kind: 'service'; apiKeyId: string; limits?: KeyLimits };

interface OwnCredential {
  account: Account;
  serviceKeyId: string | null;
  mustSetUpSecondFactor?: true;
}

/** A caller who is a person. */
export type PersonCaller = Exclude<Caller, { kind: 'service' }>;

/** The key that a task is made through, so that the key's connections get its events. */
export const apiKeyIdOf = (caller: Caller): string | null =>
  caller.kind === 'session' ? null : caller.apiKeyId;

/** What a person's key may spend or move: as its own limit and that of the request allow. Others are not limited so. */
export function keySpendingOf(caller: PersonCaller, limit?: number): KeySpending | undefined {
  if (caller.kind !== 'key') return undefined;
  const limits = [caller.limits?.creditsPerDay, limit].filter((one) => typeof one === 'number');
  return { apiKeyId: caller.apiKeyId, creditsPerDay: limits.length > 0 ? Math.min(...limits) : null };
}

/** The service key that a caller's credential is or came from: everything made through it ends with that key. */
export const serviceKeyIdOf = (caller: PersonCaller): string | null =>
  caller.kind === 'delegate' ? caller.apiKeyId : caller.serviceKeyId;

/** Whether a person's session or key came from a code of a service key. */
export const isFromServiceKey = (caller: Caller): boolean =>
  (caller.kind === 'session' || caller.kind === 'key') && caller.serviceKeyId !== null;

/** The account as a credential opens it: one from a service key never has more than a user's rights. */
export const limitRights = (account: Account, serviceKeyId: string | null): Account =>
  serviceKeyId === null ? account : { ...account, role: 'user' };

/** Scopes that say something about the role of a key's person. All others are a user's. */
const roleScopes: readonly KeyScope[] = [
  'admin:people',
  'admin:pool',
  'admin:money',
  'backends:drain',
  'graph',
];

/** The account as a person's key opens it: with a user's rights, unless the key was made for more. */
export const limitKeyRights = (account: Account, limits: KeyLimits | undefined): Account =>
  limits?.scopes?.some((scope) => roleScopes.includes(scope)) ? account : { ...account, role: 'user' };

/** @throws Problem `forbidden` for an administrator who has to set up a second factor before anything else. */
export function requireSecondFactor(caller: Caller | undefined): void {
  if (caller && 'mustSetUpSecondFactor' in caller)
    throw new Problem(
      'forbidden',
      'Administrators need a second factor here. Set one up first: sign in, then POST /api/v1/auth/second-factor/totp.',
    );
}

/** @throws Problem `unauthenticated` without a caller, `forbidden` for a service key that names no person. */
export function requirePerson(caller: Caller | undefined): PersonCaller {
  if (!caller) throw new Problem('unauthenticated', 'Send an access token or an API key as Bearer.');
  if (caller.kind === 'service')
    throw new Problem(
      'forbidden',
      'A service key has to name the person it acts for: Star-Graph-Act-For: discord:<id>.',
    );
  return caller;
}

/** @throws Problem `unauthenticated`, `forbidden`. */
export const requireAdministrator = (caller: Caller | undefined): PersonCaller =>
  requireRole(caller, ['admin']);

/** A moderator or an administrator. @throws Problem `unauthenticated`, `forbidden`. */
export const requireModerator = (caller: Caller | undefined): PersonCaller =>
  requireRole(caller, ['moderator', 'admin']);

function requireRole(caller: Caller | undefined, allowed: readonly Role[]): PersonCaller {
  const person = requirePerson(caller);
  if (allowed.includes(person.account.role)) return person;
  throw new Problem('forbidden', lackOfRights(person));
}

function lackOfRights(person: PersonCaller): string {
  if (person.kind === 'key')
    return 'An API key has only a user’s rights, unless an administrator or a moderator made it with a scope that begins with admin:. Sign in yourself, or make such a key.';
  return person.kind === 'session' && person.serviceKeyId !== null
    ? 'You signed in with a code from elsewhere, which gives only a user’s rights. Sign in with your user name and password.'
    : 'This needs an account with more rights. Ask an administrator.';
}

/** @throws Problem `unauthenticated`, `forbidden` for everything but a service key. */
export function requireService(caller: Caller | undefined): Extract<Caller, { apiKeyId: string }> {
  if (!caller) throw new Problem('unauthenticated', 'Send a service key as Bearer.');
  if (caller.kind === 'service' || caller.kind === 'delegate') return caller;
  throw new Problem('forbidden', 'This is for service keys only.');
}
