import type { PersonCaller } from '@star-graph/core/identity/caller';
import { isAllowedModel } from '@star-graph/core/roles/quotas';
import type { ApiDeps } from '../../apiDeps.ts';
import { defineHandlers } from '../handler.ts';
import { pageByOffset } from '../pages.ts';
import { listAllowed } from './listAllowed.ts';
import { presentModels } from './presentModels.ts';
import { withEngines } from './withEngines.ts';
import { createWorkflowListing } from './workflowListing.ts';

export function createCatalogueHandlers(
  deps: Pick<
    ApiDeps,
    'catalogue' | 'database' | 'storage' | 'settings' | 'quotas' | 'redis' | 'prefix' | 'log'
  >,
) {
  const listing = createWorkflowListing(deps);
  return defineHandlers({
    async listWorkflows({ query, caller }) {
      const allowed = await deps.quotas(personOf(caller));
      const { ENGINES } = await deps.settings.read();
      const listed = listAllowed(deps.catalogue, await listing.read(), allowed);
      return pageByOffset(query, withEngines(listed, ENGINES));
    },
    async listModels({ query, caller }) {
      const allowed = await deps.quotas(personOf(caller));
      const models = await deps.catalogue.listModels();
      const { items, nextCursor } = pageByOffset(
        query,
        models.filter((model) => isAllowedModel(allowed, model)),
      );
      return { items: await presentModels(deps, items), nextCursor };
    },
  });
}

const personOf = ({ account }: PersonCaller) => ({ userId: account.id, role: account.role });
