import { styles } from '@star-graph/workflows/shared/styles';
import type { ApiDeps } from '../../apiDeps.ts';
import { defineHandlers } from '../handler.ts';
import { pageByOffset } from '../pages.ts';
import { accessOf } from './accessOf.ts';
import { listForCaller } from './listForCaller.ts';
import { presentModels } from './presentModels.ts';
import { createWorkflowListing } from './workflowListing.ts';

export function createCatalogueHandlers(
  deps: Pick<
    ApiDeps,
    'catalogue' | 'database' | 'storage' | 'settings' | 'quotas' | 'redis' | 'prefix' | 'log' | 'publicUrl'
  >,
) {
  const listing = createWorkflowListing(deps);
  return defineHandlers({
    async listWorkflows({ query, caller }) {
      return pageByOffset(query, await listForCaller({ ...deps, listing }, caller));
    },
    async listModels({ query, caller }) {
      const access = await accessOf(deps, caller);
      const models = await deps.catalogue.listModels();
      const { items, nextCursor } = pageByOffset(
        query,
        models.filter((model) => access.whyNotModel(model) === undefined),
      );
      return { items: await presentModels(deps, items), nextCursor };
    },
    async listStyles() {
      return {
        items: styles.map((style) => ({
          ...style,
          sampleUrl: `${deps.publicUrl}/styles/${style.name}.webp`,
        })),
      };
    },
  });
}
