import type { ApiDeps } from '../apiDeps.ts';
import { createWorkflowListing } from '../workflowListing.ts';
import type { Handlers } from './handler.ts';
import { pageByOffset } from './pages.ts';

export function createCatalogueHandlers(deps: ApiDeps): Handlers<'listWorkflows' | 'listModels'> {
  const listing = createWorkflowListing(deps);
  return {
    async listWorkflows({ query }) {
      return pageByOffset(query, await listing.read());
    },
    async listModels({ query }) {
      return pageByOffset(query, await deps.catalogue.listModels());
    },
  };
}
