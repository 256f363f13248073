import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import type { PersonCaller } from '@star-graph/core/people/identity/caller';
import type { ApiDeps } from '../../apiDeps.ts';
import { accessOf } from './accessOf.ts';
import { listAllowed } from './listAllowed.ts';
import { withEngines } from './withEngines.ts';
import type { WorkflowListing } from './workflowListing.ts';

/** The workflows that a caller may use, with their engines and the names that they may choose. */
export async function listForCaller(
  deps: Pick<ApiDeps, 'catalogue' | 'quotas' | 'settings'> & { listing: WorkflowListing },
  caller: PersonCaller,
): Promise<readonly WorkflowView[]> {
  const access = await accessOf(deps, caller);
  const { ENGINES } = await deps.settings.read();
  const listed = listAllowed(deps.catalogue, await deps.listing.read(), access);
  return withEngines(listed, ENGINES, await deps.catalogue.readEntries());
}
