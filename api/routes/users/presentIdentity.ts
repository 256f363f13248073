import type { IdentityView } from '@star-graph/contract/users/links';
import type { Identity } from '@star-graph/core/ground/db/models/user';

export const presentIdentity = ({
  provider,
  subject,
  displayName,
}: Pick<Identity, 'provider' | 'subject' | 'displayName'>): IdentityView => ({
  provider,
  subject,
  displayName,
});
