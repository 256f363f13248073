import { requireAsset } from '@star-graph/core/library/assets/assets';
import { changeTags, listTags, listTagsOf } from '@star-graph/core/library/assets/tags';
import type { ApiDeps } from '../../apiDeps.ts';
import { defineHandlers } from '../handler.ts';

export const createTagHandlers = ({ database }: Pick<ApiDeps, 'database'>) =>
  defineHandlers({
    async listTags({ caller }) {
      return { tags: await listTags(database, caller.account.id) };
    },
    async listAssetTags({ params, caller }) {
      const asset = await requireAsset(database, params.id, caller.account.id);
      return { tags: await listTagsOf(database, asset.id) };
    },
    async changeTags({ body, caller }) {
      const { ids, add, remove } = body;
      return { ids: await changeTags(database, caller.account.id, { assetIds: ids, add, remove }) };
    },
  });
