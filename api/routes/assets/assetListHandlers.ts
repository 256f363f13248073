import { countMonths } from '@star-graph/core/assets/countMonths';
import { type AssetFilter, type FoundAsset, listAssets } from '@star-graph/core/assets/listAssets';
import { presentAsset } from '@star-graph/core/assets/presentAsset';
import type { z } from 'zod';
import type { ApiDeps } from '../../apiDeps.ts';
import type { assetQuerySchema, ListedAssetView } from '../../contract/assets/assetList.ts';
import { defineHandlers } from '../handler.ts';
import { pageOnward } from '../pages.ts';

type ListDeps = Pick<ApiDeps, 'database' | 'storage'>;

export const createAssetListHandlers = (deps: ListDeps) =>
  defineHandlers({
    listAssets({ query, caller }) {
      const filter = filterOf(query);
      return pageOnward(query, async (page) => {
        const { found, beforeId } = await listAssets(deps.database, caller.account.id, filter, page);
        return { items: await Promise.all(found.map((one) => presentFound(deps, one))), beforeId };
      });
    },
    async getAssetTimeline({ caller }) {
      return { months: await countMonths(deps.database, caller.account.id) };
    },
  });

function filterOf(query: z.output<typeof assetQuerySchema>): AssetFilter {
  const { media, kind, workflow, model, from, to, favourite, q } = query;
  const words = q?.split(/\s+/u).filter((word) => word !== '') ?? [];
  return {
    ...(media === undefined ? {} : { media }),
    ...(kind === undefined ? {} : { kind }),
    ...(workflow === undefined ? {} : { workflow }),
    ...(model === undefined ? {} : { model }),
    ...(from === undefined ? {} : { from: new Date(from) }),
    ...(to === undefined ? {} : { to: new Date(to) }),
    ...(favourite === undefined ? {} : { favourite: true }),
    ...(words.length === 0 ? {} : { words }),
  };
}

const promptCharacters = 300;

async function presentFound(
  { storage }: Pick<ListDeps, 'storage'>,
  { asset, task }: FoundAsset,
): Promise<ListedAssetView> {
  return {
    ...(await presentAsset(storage, asset)),
    media: asset.mime.startsWith('video/') ? 'video' : 'image',
    createdAt: asset.createdAt.toISOString(),
    ...(task ? { task: presentMaker(task) } : {}),
  };
}

function presentMaker({ id, workflowName, workflowVersion, params }: NonNullable<FoundAsset['task']>) {
  const { model, prompt } = params;
  return {
    id,
    workflow: { name: workflowName, version: workflowVersion },
    ...(typeof model === 'string' ? { model } : {}),
    // By code points, so that no character is cut in two.
    ...(typeof prompt === 'string' ? { prompt: [...prompt].slice(0, promptCharacters).join('') } : {}),
  };
}
