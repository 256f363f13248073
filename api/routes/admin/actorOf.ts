import type { Actor } from '@star-graph/core/audit';
import type { PersonCaller } from '@star-graph/core/identity/caller';

export const actorOf = (caller: PersonCaller): Actor => ({
  id: caller.account.id,
  serviceKey: caller.kind === 'delegate' ? caller.apiKeyId : null,
});
