import type { Reach } from '@star-graph/core/desk/people/people';
import type { Actor } from '@star-graph/core/ground/audit';
import type { Env } from '@star-graph/core/ground/config/config';
import type { ThroughKey } from '@star-graph/core/money/credits/keyGifts';
import type { PersonCaller } from '@star-graph/core/people/identity/caller';

export const actorOf = (caller: PersonCaller): Actor => ({
  id: caller.account.id,
  serviceKey: caller.kind === 'delegate' ? caller.apiKeyId : null,
  ...(caller.kind === 'key' ? { apiKey: caller.apiKeyId } : {}),
});

/** What bounds credits that the caller gives. */
export const throughKeyOf = (
  caller: PersonCaller,
  { SERVICE_GIFTS_PER_DAY: perDay }: Pick<Env, 'SERVICE_GIFTS_PER_DAY'>,
): ThroughKey | undefined =>
  caller.kind === 'delegate' ? { serviceKeyId: caller.apiKeyId, perDay } : undefined;

/** The actor, and the accounts that the caller may change. */
export const reachingActorOf = (caller: PersonCaller): Actor & { reach: Reach } => ({
  ...actorOf(caller),
  reach: reachOf(caller),
});

/** A key can neither make a person an administrator nor lock one out. */
function reachOf({ kind, account }: PersonCaller): Reach {
  if (account.role !== 'admin') return 'users';
  return kind === 'session' ? 'everybody' : 'all-but-administrators';
}
