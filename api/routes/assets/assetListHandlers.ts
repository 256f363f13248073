import {
  type assetQuerySchema,
  type DeletedAssetView,
  type ListedAssetView,
  wordsOf,
} from '@star-graph/contract/assets/assetList';
import type { PageQuery } from '@star-graph/contract/pages';
import { invariant } from '@star-graph/core/ground/errors';
import { requireAsset } from '@star-graph/core/library/assets/assets';
import { countMonths } from '@star-graph/core/library/assets/countMonths';
import {
  type AssetFilter,
  type FoundAsset,
  isPlaceIn,
  listAssets,
} from '@star-graph/core/library/assets/listAssets';
import { isPlaceOfDeleted, listDeleted, placeOfDeleted } from '@star-graph/core/library/assets/listDeleted';
import { presentAsset } from '@star-graph/core/library/assets/presentAsset';
import { findTag } from '@star-graph/core/library/assets/tags';
import { mediaKindOf } from '@star-graph/workflows/shared/mediaKinds';
import { styles } from '@star-graph/workflows/shared/styles';
import type { z } from 'zod';
import type { ApiDeps } from '../../apiDeps.ts';
import { defineHandlers } from '../handler.ts';
import { pageById, pageOnward } from '../pages.ts';

type ListDeps = Pick<ApiDeps, 'database' | 'storage' | 'clock'>;

export const createAssetListHandlers = (deps: ListDeps) =>
  defineHandlers({
    async listAssets({ query, caller }) {
      const { id } = caller.account;
      const filter = filterOf(query);
      if (query.tag === undefined) return listPage(deps, id, filter, query);
      const tag = await findTag(deps.database, id, query.tag);
      return tag ? listPage(deps, id, { ...filter, tag: tag.id }, query) : { items: [], nextCursor: null };
    },
    async listAssetChildren({ params, query, caller }) {
      const parent = await requireAsset(deps.database, params.id, caller.account.id);
      return listPage(deps, caller.account.id, { parent }, query);
    },
    listDeletedAssets({ query, caller }) {
      return pageById(query, {
        list: (page) => listDeleted(deps, caller.account.id, page),
        idOf: ({ asset }) => placeOfDeleted(asset),
        isId: isPlaceOfDeleted,
        present: (found) => Promise.all(found.map((one) => presentDeleted(deps, one))),
      });
    },
    async getAssetTimeline({ query, caller }) {
      return { months: await countMonths(deps.database, caller.account.id, query.utcOffset) };
    },
  });

const listPage = (deps: ListDeps, userId: string, filter: AssetFilter, query: PageQuery) =>
  pageOnward(
    query,
    async (page) => {
      const { found, beforeId } = await listAssets(deps.database, userId, filter, page);
      return { items: await Promise.all(found.map((one) => presentFound(deps, one))), beforeId };
    },
    (text) => isPlaceIn(filter.sort, text),
  );

function filterOf(query: z.output<typeof assetQuerySchema>): AssetFilter {
  const { media, kind, workflow, model, style, seed, shape, from, to, favourite, collection, sort, q } =
    query;
  const look = styles.find(({ name }) => name === style);
  const words = [...(look ? [look.words] : []), ...wordsOf(q ?? '')];
  return {
    ...(media === undefined ? {} : { media }),
    ...(kind === undefined ? {} : { kind }),
    ...(workflow === undefined ? {} : { workflow }),
    ...(model === undefined ? {} : { model }),
    ...(seed === undefined ? {} : { seed }),
    ...(shape === undefined ? {} : { shape }),
    ...(from === undefined ? {} : { from: new Date(from) }),
    ...(to === undefined ? {} : { to: new Date(to) }),
    ...(favourite === undefined ? {} : { favourite: true }),
    ...(collection === undefined ? {} : { collection }),
    ...(words.length === 0 ? {} : { words }),
    ...(sort === undefined ? {} : { sort }),
  };
}

const promptCharacters = 300;

export async function presentFound(
  { storage }: Pick<ListDeps, 'storage'>,
  { asset, task }: FoundAsset,
  options: { ofDeleted?: boolean } = {},
): Promise<ListedAssetView> {
  return {
    ...(await presentAsset(storage, asset, options)),
    media: mediaKindOf(asset.mime),
    createdAt: asset.createdAt.toISOString(),
    ...(task ? { task: presentMaker(task) } : {}),
  };
}

async function presentDeleted(deps: Pick<ListDeps, 'storage'>, one: FoundAsset): Promise<DeletedAssetView> {
  const { restorableUntil } = one.asset;
  invariant(restorableUntil !== null, 'only what can be restored is listed');
  const shown = await presentFound(deps, one, { ofDeleted: true });
  return { ...shown, restorableUntil: restorableUntil.toISOString() };
}

function presentMaker(task: NonNullable<FoundAsset['task']>) {
  const { id, workflowName, workflowVersion, params, parentId, images } = task;
  const { model, prompt } = params;
  const inputs = [...new Set(Object.values(images).map(({ assetId }) => assetId))];
  return {
    id,
    workflow: { name: workflowName, version: workflowVersion },
    ...(typeof model === 'string' ? { model } : {}),
    ...(parentId === null ? {} : { parentId }),
    ...(inputs.length === 0 ? {} : { inputs }),
    // By code points, so that no character is cut in two.
    ...(typeof prompt === 'string' ? { prompt: [...prompt].slice(0, promptCharacters).join('') } : {}),
  };
}
