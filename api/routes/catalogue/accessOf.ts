import { type Access, createAccess } from '@star-graph/core/library/catalogue/models/access';
import type { PersonCaller } from '@star-graph/core/people/identity/caller';
import type { ApiDeps } from '../../apiDeps.ts';

/** What a caller may use now. */
export async function accessOf(
  { catalogue, quotas, settings }: Pick<ApiDeps, 'catalogue' | 'quotas' | 'settings'>,
  { account: { id, role } }: PersonCaller,
): Promise<Access> {
  const [ofPerson, entries, { MODEL_LICENCES }] = await Promise.all([
    quotas({ userId: id, role }),
    catalogue.readEntries(),
    settings.read(),
  ]);
  return createAccess({ quotas: ofPerson, role, entries, licences: MODEL_LICENCES });
}
