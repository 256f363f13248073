import type { Reach } from '@star-graph/core/admin/people';
import type { Actor } from '@star-graph/core/audit';
import type { PersonCaller } from '@star-graph/core/identity/caller';

export const actorOf = (caller: PersonCaller): Actor => ({
  id: caller.account.id,
  serviceKey: caller.kind === 'delegate' ? caller.apiKeyId : null,
  ...(caller.kind === 'key' ? { apiKey: caller.apiKeyId } : {}),
});

/** With whose accounts the caller may change. */
export const reachingActorOf = (caller: PersonCaller): Actor & { reach: Reach } => ({
  ...actorOf(caller),
  reach: reachOf(caller),
});

/** A key can neither make a person an administrator nor lock one out. */
function reachOf({ kind, account }: PersonCaller): Reach {
  if (account.role !== 'admin') return 'users';
  return kind === 'session' ? 'everybody' : 'all-but-administrators';
}
