import { Problem } from '@star-graph/core/errors';
import {
  type Caller,
  requireAdministrator,
  requireModerator,
  requirePerson,
  requireSecondFactor,
  requireService,
} from '@star-graph/core/identity/caller';
import { requireScope } from '@star-graph/core/identity/keyLimits';
import { keyScopeOf } from '../contract/keyScope.ts';
import type { RouteSpec } from '../contract/route.ts';

type Rules = Pick<
  RouteSpec,
  'method' | 'tag' | 'auth' | 'forDelegates' | 'makesCredential' | 'beforeSecondFactor' | 'keyScope'
>;

/** Checks a caller against the contract of an operation. @throws Problem `unauthenticated`, `forbidden`. */
export function requireCaller(spec: Rules, caller: Caller | undefined): void {
  if (spec.auth === 'none') return;
  if (!spec.beforeSecondFactor) requireSecondFactor(caller);
  if (caller?.kind === 'delegate' && !spec.forDelegates)
    throw new Problem('forbidden', 'This cannot be done through a service key. Sign in yourself.');
  if (caller?.kind === 'key' && spec.makesCredential)
    throw new Problem('forbidden', 'An API key makes no codes, keys or sessions. Sign in yourself.');
  requireScope(caller, keyScopeOf(spec));
  if (spec.auth === 'user') requirePerson(caller);
  else if (spec.auth === 'moderator') requireModerator(caller);
  else if (spec.auth === 'admin') requireAdministrator(caller);
  else if (spec.auth === 'service') requireService(caller);
}
