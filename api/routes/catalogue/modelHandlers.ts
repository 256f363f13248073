import type { AdminModelView } from '@star-graph/contract/catalogue/modelEntries';
import type { Asset } from '@star-graph/core/ground/db/models/asset';
import { Problem } from '@star-graph/core/ground/errors';
import { presentAsset } from '@star-graph/core/library/assets/presentAsset';
import type { DescribedModel } from '@star-graph/core/library/catalogue/models/describeModels';
import { warnOfLicence } from '@star-graph/core/library/catalogue/models/licences';
import { findSamples } from '@star-graph/core/library/catalogue/models/samples';
import { changeEntry, type StoredEntry } from '@star-graph/core/library/catalogue/models/storedEntries';
import { isSelling } from '@star-graph/core/money/payments/selling';
import { excludedPlacesOf } from '@star-graph/workflows/models/excludedPlaces';
import { keyOfModel, type ModelName, parseModelKey } from '@star-graph/workflows/models/modelEntry';
import type { ApiDeps } from '../../apiDeps.ts';
import { actorOf } from '../admin/actorOf.ts';
import { defineHandlers } from '../handler.ts';
import { pageByOffset } from '../pages.ts';

type Deps = Pick<ApiDeps, 'database' | 'clock' | 'catalogue' | 'storage'>;

export const createModelHandlers = (deps: Deps) =>
  defineHandlers({
    async adminListModels({ query }) {
      const { items, nextCursor } = pageByOffset(query, await deps.catalogue.describeModels());
      return { items: await present(deps, items), nextCursor };
    },
    adminGetModel: ({ params }) => readOne(deps, requireModel(params.id)),
    async adminPutModel({ params, body: { version, ...fields }, caller }) {
      const model = requireModel(params.id);
      await changeEntry(deps, actorOf(caller), model, { version, fields });
      await deps.catalogue.refresh();
      return readOne(deps, model);
    },
    async adminDeleteModel({ params, query: { version }, caller }) {
      await changeEntry(deps, actorOf(caller), requireModel(params.id), { version, fields: null });
      await deps.catalogue.refresh();
      return undefined;
    },
  });

const unknown = () =>
  new Problem('not-found', 'There is no such model. GET /api/admin/models lists those that there are.');

/** One text for each model: a spelling that decodes to the same name is no id. */
function requireModel(id: string): ModelName {
  const bytes = Buffer.from(id, 'base64url');
  const key = bytes.toString();
  const model = Buffer.from(key).equals(bytes) ? parseModelKey(key) : undefined;
  if (!model || idOf(model) !== id) throw unknown();
  return model;
}

const idOf = (model: ModelName): string => Buffer.from(keyOfModel(model)).toString('base64url');

async function readOne(deps: Deps, model: ModelName): Promise<AdminModelView> {
  const key = keyOfModel(model);
  const described = await deps.catalogue.describeModels();
  const [view] = await present(
    deps,
    described.filter((it) => keyOfModel(it) === key),
  );
  if (!view) throw unknown();
  return view;
}

async function present(deps: Deps, models: readonly DescribedModel[]): Promise<AdminModelView[]> {
  const [entries, sells, samples] = await Promise.all([
    deps.catalogue.readEntries(),
    isSelling(deps.database),
    findSamples(
      deps.database,
      models.map(({ fields }) => fields),
    ),
  ]);
  return Promise.all(
    models.map(async ({ edited, fromFolder, backends, workflows, ...model }) => ({
      id: idOf(model),
      ...model,
      title: entries.titleOf(model),
      edited: presentEntry(edited),
      fromFolder: presentEntry(fromFolder),
      backends: [...backends],
      workflows: [...workflows],
      sampleUrl: await presentSample(deps, samples.get(model.fields.sample ?? '')),
      excludedPlaces: [...excludedPlacesOf(model)],
      warnings: sells ? warningsOf({ ...model, backends }) : [],
    })),
  );
}

const presentEntry = ({ version, fields, changedAt }: StoredEntry): AdminModelView['edited'] => ({
  version,
  fields,
  ...(changedAt ? { changedAt: changedAt.toISOString() } : {}),
});

const presentSample = async ({ storage }: Deps, sample: Asset | undefined): Promise<string | null> => {
  if (!sample) return null;
  const { url, thumbnailUrl } = await presentAsset(storage, sample);
  return thumbnailUrl ?? url;
};

function warningsOf(
  model: Pick<DescribedModel, 'folder' | 'name' | 'fields' | 'backends'>,
): AdminModelView['warnings'] {
  const isOffered = model.backends.length > 0 && model.fields.hidden !== true;
  const warning = isOffered ? warnOfLicence(model, model.fields) : undefined;
  return warning ? [warning] : [];
}
