import type { FavouriteView } from '@star-graph/contract/assets/favourites';
import type { Asset } from '@star-graph/core/ground/db/models/asset';
import { dropFavourite, keepFavourite, listFavourites } from '@star-graph/core/library/assets/favourites';
import { presentAsset } from '@star-graph/core/library/assets/presentAsset';
import { findTasksWithOutputs } from '@star-graph/core/work/tasks/findTasks';
import type { ApiDeps } from '../../apiDeps.ts';
import { defineHandlers } from '../handler.ts';
import { pageById } from '../pages.ts';
import { presentTasks, type TaskPresenterDeps } from '../tasks/presentTask.ts';

type FavouriteDeps = TaskPresenterDeps & Pick<ApiDeps, 'database' | 'settings'>;

export const createFavouriteHandlers = (deps: FavouriteDeps) =>
  defineHandlers({
    async keepFavourite({ params, caller }) {
      const { FAVOURITES_PER_USER: atMost } = await deps.settings.read();
      const asset = await keepFavourite(deps.database, params.id, caller.account.id, atMost);
      return presentAsset(deps.storage, asset);
    },
    async dropFavourite({ params, caller }) {
      await dropFavourite(deps.database, params.id, caller.account.id);
      return undefined;
    },
    listFavourites({ query, caller }) {
      return pageById(query, {
        list: (page) => listFavourites(deps.database, caller.account.id, page),
        idOf: ({ id }) => id,
        present: (assets) => presentFavourites(deps, assets),
      });
    },
  });

async function presentFavourites(deps: FavouriteDeps, assets: readonly Asset[]): Promise<FavouriteView[]> {
  const taskIds = new Set(assets.flatMap(({ taskId }) => (taskId === null ? [] : [taskId])));
  const tasks = await presentTasks(deps, await findTasksWithOutputs(deps.database, [...taskIds]));
  const byId = new Map(tasks.map((task) => [task.id, task]));
  return Promise.all(
    assets.map(async (asset) => {
      const task = byId.get(asset.taskId ?? '');
      return { asset: await presentAsset(deps.storage, asset), ...(task ? { task } : {}) };
    }),
  );
}
