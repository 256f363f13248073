import { Problem, type ProblemCode } from '@star-graph/core/ground/errors';
import type { PresentedCredential } from '@star-graph/core/people/identity/authenticate';
import type { Caller } from '@star-graph/core/people/identity/caller';
import { isKeyOver } from '@star-graph/core/people/identity/keyLimits';
import type { Logger } from 'pino';

/** How often the credential of an open connection is checked again, in case the message of its end was lost. */
export const recheckMs = 30_000;

export interface CredentialCheck {
  log: Logger;
  /** @throws Problem for a credential that does not work. */
  authenticate(presented: PresentedCredential): Promise<Caller>;
}

const refusals: readonly ProblemCode[] = ['unauthenticated', 'forbidden', 'account-disabled'];

/**
 * Whether a connection's credential no longer opens what it opened. Only a clear refusal ends a connection; an
 * unanswered check is repeated next time.
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

/** The person for whom a service key acts may have been joined into another account meanwhile. */
const personOf = (caller: Caller): string | undefined =>
  caller.kind === 'service' ? undefined : caller.account.id;

export const hasExpired = (caller: Caller, now: Date): boolean =>
  caller.kind === 'session' ? caller.expiresAt <= now : isKeyOver(caller, now);
