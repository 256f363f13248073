import type { ModelView } from '@star-graph/contract/catalogue/models';
import { presentAsset } from '@star-graph/core/library/assets/presentAsset';
import type { AvailableModel } from '@star-graph/core/library/catalogue/capability';
import { findSamples } from '@star-graph/core/library/catalogue/models/samples';
import { styles } from '@star-graph/workflows/shared/styles';
import type { ApiDeps } from '../../apiDeps.ts';
import { defineHandlers } from '../handler.ts';
import { pageByOffset } from '../pages.ts';
import { accessOf } from './accessOf.ts';
import { listForCaller } from './listForCaller.ts';
import { presentLicence } from './presentWorkflow.ts';
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

type Deps = Pick<ApiDeps, 'catalogue' | 'database' | 'storage'>;

/** Files of the pool with what people may know of them. */
async function presentModels(deps: Deps, models: readonly AvailableModel[]): Promise<ModelView[]> {
  const entries = await deps.catalogue.readEntries();
  const said = models.map((model) => ({ model, fields: entries.find(model) }));
  const samples = await findSamples(
    deps.database,
    said.map(({ fields }) => fields),
  );
  return Promise.all(
    said.map(async ({ model, fields: { triggerWords, licence, sample, pricePercent } }) => {
      const picture = samples.get(sample ?? '');
      const shown = picture && (await presentAsset(deps.storage, picture));
      return {
        ...model,
        title: entries.titleOf(model),
        ...(triggerWords ? { triggerWords } : {}),
        ...(licence ? { licence: presentLicence(licence) } : {}),
        ...(pricePercent === null ? {} : { pricePercent }),
        ...(shown ? { sampleUrl: shown.thumbnailUrl ?? shown.url } : {}),
      };
    }),
  );
}
