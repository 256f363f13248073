import { isAdminScope, isOpenToCodes, keyScopeOf } from '@star-graph/contract/keyScope';
import type { RouteSpec } from '@star-graph/contract/route';
import { Problem } from '@star-graph/core/ground/errors';
import {
  type Caller,
  isFromServiceKey,
  requireAdministrator,
  requireModerator,
  requirePerson,
  requireSecondFactor,
  requireService,
} from '@star-graph/core/people/identity/caller';
import { requireScope } from '@star-graph/core/people/identity/keyLimits';
import { requireOwnSession, requirePresence } from '@star-graph/core/people/identity/presence';

type Rules = Pick<
  RouteSpec,
  | 'method'
  | 'tag'
  | 'auth'
  | 'forDelegates'
  | 'needsPresence'
  | 'needsSession'
  | 'beforeSecondFactor'
  | 'keyScope'
>;

/**
 * Checks a caller against the contract of an operation.
 * @throws Problem `unauthenticated`, `forbidden`, `presence-required`.
 */
export function requireCaller(spec: Rules, caller: Caller | undefined, now: Date): void {
  if (spec.auth === 'none') return;
  if (!spec.beforeSecondFactor) requireSecondFactor(caller);
  if (caller?.kind === 'delegate' && !spec.forDelegates)
    throw new Problem('forbidden', 'This cannot be done through a service key. Sign in yourself.');
  const scope = keyScopeOf(spec);
  const needsPerson = spec.needsPresence || spec.needsSession;
  if (caller?.kind === 'key' && needsPerson && !isAdminScope(scope))
    throw new Problem('forbidden', 'This is never done by an API key. Sign in yourself.');
  if (caller && isFromServiceKey(caller) && !isOpenToCodes(spec))
    throw new Problem(
      'forbidden',
      'You signed in with a code from elsewhere, which sees and makes tasks and nothing else. Sign in yourself: with your user name and password, or after merging this account with one of yours.',
    );
  requireScope(caller, scope);
  if (spec.auth === 'user') requirePerson(caller);
  else if (spec.auth === 'moderator') requireModerator(caller);
  else if (spec.auth === 'admin') requireAdministrator(caller);
  else if (spec.auth === 'service') requireService(caller);
  if (caller?.kind !== 'session') return;
  if (spec.needsSession) requireOwnSession(caller);
  if (spec.needsPresence) requirePresence(caller, now);
}
