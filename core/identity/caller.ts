import type { User } from '../db/models/user.ts';
import { Problem } from '../errors.ts';

/** What is known of the account behind a credential that works now. */
export type Account = Pick<User, 'id' | 'username' | 'role' | 'locale'>;

/**
 * Who makes a request.
 * - `session`: a person, by an access token that ends at `expiresAt`;
 * - `key`: a person, by an API key;
 * - `delegate`: a person, through a service key that acts for them;
 * - `service`: a service key on its own, which is nobody.
 */
export type Caller =
  | { kind: 'session'; account: Account; sessionId: string; expiresAt: Date }
  | { kind: 'key'; account: Account; apiKeyId: string }
  | { kind: 'delegate'; account: Account; apiKeyId: string }
  | { kind: 'service'; apiKeyId: string };

/** A caller who is a person. */
export type PersonCaller = Exclude<Caller, { kind: 'service' }>;

/** The key a task is made through, so that the key's connections hear of it. */
export const apiKeyIdOf = (caller: Caller): string | null =>
  caller.kind === 'session' ? null : caller.apiKeyId;

/** @throws Problem `unauthenticated` for nobody, `forbidden` for a service key that names no person. */
export function requirePerson(caller: Caller | undefined): PersonCaller {
  if (!caller) throw new Problem('unauthenticated', 'Send an access token or an API key as Bearer.');
  if (caller.kind === 'service')
    throw new Problem(
      'forbidden',
      'A service key has to name the person it acts for: Star-Graph-Act-For: discord:<id>.',
    );
  return caller;
}

/**
 * A service key that leaks must not be a key to everything: an administrator it acts for may do through it what
 * `throughServiceKey` says of the act, and no more.
 * @throws Problem `unauthenticated`, `forbidden`.
 */
export function requireAdministrator(caller: Caller | undefined, throughServiceKey: boolean): PersonCaller {
  const person = requirePerson(caller);
  if (person.account.role !== 'admin')
    throw new Problem('forbidden', 'This needs an account with more rights. Ask an administrator.');
  if (person.kind === 'delegate' && !throughServiceKey)
    throw new Problem('forbidden', 'This cannot be done through a service key. Sign in yourself.');
  return person;
}

/** @throws Problem `unauthenticated`, `forbidden` for everything but a service key. */
export function requireService(caller: Caller | undefined): Extract<Caller, { apiKeyId: string }> {
  if (!caller) throw new Problem('unauthenticated', 'Send a service key as Bearer.');
  if (caller.kind === 'service' || caller.kind === 'delegate') return caller;
  throw new Problem('forbidden', 'This is for service keys only.');
}
