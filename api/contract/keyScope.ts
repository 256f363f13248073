import type { KeyScope } from '@star-graph/workflows/shared/keyScopes';
import type { RouteSpec } from './route.ts';

type Spec = Pick<RouteSpec, 'auth' | 'tag' | 'method' | 'keyScope' | 'needsSession'>;

/**
 * The scope that an API key with scopes needs for an operation. `open`: none, since it is open without a credential.
 * `closed`: no scope gives it, only a key without scopes, so that a new operation is closed to keys with scopes.
 */
export function keyScopeOf({
  auth,
  tag,
  method,
  keyScope,
  needsSession,
}: Spec): KeyScope | 'open' | 'closed' {
  if (keyScope !== undefined) return keyScope;
  if (auth === 'none' || auth === 'optional') return 'open';
  if (auth !== 'user' || needsSession) return 'closed';
  if (tag === 'tasks' || tag === 'generate') return method === 'get' ? 'tasks:read' : 'tasks:write';
  return tag === 'assets' ? 'assets' : 'closed';
}

/** Whether a key with this scope does what else needs its person: it was made for that, by a person who was there. */
export const isAdminScope = (scope: KeyScope | 'open' | 'closed'): boolean => scope.startsWith('admin:');

/**
 * Whether an operation is open to a session that a service key's code opened, and to a key that was made in one: it
 * sees and makes tasks, and nothing else. Whoever has the service key can open such a session of everybody.
 */
export function isOpenToCodes(spec: Spec & Pick<RouteSpec, 'forDelegates'>): boolean {
  const scope = keyScopeOf(spec);
  if (scope === 'open' || scope === 'tasks:read' || scope === 'tasks:write' || scope === 'assets')
    return true;
  return spec.auth === 'user' && spec.method === 'get' && spec.forDelegates === true;
}
