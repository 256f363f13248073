import type { ApiDeps } from '../../apiDeps.ts';
import { defineHandlers } from '../handler.ts';
import { pageByOffset } from '../pages.ts';
import { createWorkflowListing } from './workflowListing.ts';

export function createCatalogueHandlers(
  deps: Pick<ApiDeps, 'catalogue' | 'settings' | 'redis' | 'prefix' | 'log'>,
) {
  const listing = createWorkflowListing(deps);
  return defineHandlers({
    async listWorkflows({ query }) {
      return pageByOffset(query, await listing.read());
    },
    async listModels({ query }) {
      return pageByOffset(query, await deps.catalogue.listModels());
    },
  });
}
