import type { Identity } from '@star-graph/core/ground/db/models/user';
import type { IdentityView } from '../../contract/users/links.ts';

export const presentIdentity = ({
  provider,
  subject,
  displayName,
}: Pick<Identity, 'provider' | 'subject' | 'displayName'>): IdentityView => ({
  provider,
  subject,
  displayName,
});
