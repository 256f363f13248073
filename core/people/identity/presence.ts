import { Problem } from '../../ground/errors.ts';
import type { Caller, PersonCaller } from './caller.ts';

/*
 * What makes power or outlives its maker needs the person, now. A session proves by a password, a passkey or a
 * provider that its person is there; signing in is such a proof, and using a code or refreshing is none. A session
 * that a service key let in never proves it.
 */

type Session = Extract<Caller, { kind: 'session' }>;

/** For how long a proof holds. */
export const presenceMs = 10 * 60_000;

/** @throws Problem `forbidden` for a key, and for a session that a service key opened: both end with another one. */
export function requireOwnSession(caller: PersonCaller): Session {
  if (caller.kind === 'session' && caller.serviceKeyId === null) return caller;
  throw new Problem('forbidden', 'Only a person who signed in themselves may do this.');
}

/** @throws Problem `presence-required` after a proof that is too old; `forbidden` as `requireOwnSession`. */
export function requirePresence(caller: PersonCaller, now: Date): void {
  const { provenAt } = requireOwnSession(caller);
  if (provenAt !== null && now.getTime() - provenAt.getTime() <= presenceMs) return;
  throw new Problem(
    'presence-required',
    'This needs you yourself: show by your password or passkey that it is you, or sign in again. That holds for ten minutes.',
  );
}
