import type { ModelView } from '@star-graph/contract/catalogue/models';
import { presentAsset } from '@star-graph/core/library/assets/presentAsset';
import type { AvailableModel } from '@star-graph/core/library/catalogue/capability';
import { findSamples } from '@star-graph/core/library/catalogue/models/samples';
import type { ApiDeps } from '../../apiDeps.ts';

type Deps = Pick<ApiDeps, 'catalogue' | 'database' | 'storage'>;

/** Files of the pool with what people may know of them. */
export async function presentModels(deps: Deps, models: readonly AvailableModel[]): Promise<ModelView[]> {
  const entries = await deps.catalogue.readEntries();
  const said = models.map((model) => ({ model, fields: entries.find(model) }));
  const samples = await findSamples(
    deps.database,
    said.map(({ fields }) => fields),
  );
  return Promise.all(
    said.map(async ({ model, fields: { triggerWords, licence, sample } }) => {
      const picture = samples.get(sample ?? '');
      const shown = picture && (await presentAsset(deps.storage, picture));
      return {
        ...model,
        title: entries.titleOf(model),
        ...(triggerWords ? { triggerWords } : {}),
        ...(licence ? { licence: { name: licence.name, url: licence.url } } : {}),
        ...(shown ? { sampleUrl: shown.thumbnailUrl ?? shown.url } : {}),
      };
    }),
  );
}
