import { Problem, type ProblemCode } from '@star-graph/core/errors';
import type { PresentedCredential } from '@star-graph/core/identity/authenticate';
import type { Caller } from '@star-graph/core/identity/caller';
import type { Logger } from 'pino';

/** How often the credential of an open connection is looked up again, in case the word of its end was lost. */
export const recheckMs = 30_000;

export interface CredentialCheck {
  log: Logger;
  /** @throws Problem for a credential that does not work. */
  authenticate(presented: PresentedCredential): Promise<Caller>;
}

const refusals: readonly ProblemCode[] = ['unauthenticated', 'forbidden', 'account-disabled'];

/**
 * Whether a connection's credential no longer opens what it opened. Only a clear no ends a connection; when nobody could
 * tell, the next check will.
 */
export async function isRefused(
  deps: CredentialCheck,
  credential: PresentedCredential,
  caller: Caller,
): Promise<boolean> {
  try {
    return personOf(await deps.authenticate(credential)) !== personOf(caller);
  } catch (error) {
    if (error instanceof Problem) return refusals.includes(error.code);
    deps.log.warn({ err: error }, 'the credential of a connection could not be checked');
    return false;
  }
}

/** Whom a service key acts for may have been joined into another account meanwhile. */
const personOf = (caller: Caller): string | undefined =>
  caller.kind === 'service' ? undefined : caller.account.id;

export const hasExpired = (caller: Caller, now: Date): boolean =>
  caller.kind === 'session' && caller.expiresAt <= now;
