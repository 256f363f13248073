import type { CollectionView } from '@star-graph/contract/assets/collections';
import type { Collection } from '@star-graph/core/ground/db/models/collection';
import { addToCollection, takeFromCollection } from '@star-graph/core/library/assets/collectionAssets';
import {
  createCollection,
  deleteCollection,
  findContents,
  listCollections,
  moveCollection,
  renameCollection,
  requireCollection,
} from '@star-graph/core/library/assets/collections';
import { presentAsset } from '@star-graph/core/library/assets/presentAsset';
import type { ApiDeps } from '../../apiDeps.ts';
import { defineHandlers } from '../handler.ts';
import { pageById } from '../pages.ts';

type CollectionDeps = Pick<ApiDeps, 'database' | 'storage' | 'clock'>;

export const createCollectionHandlers = (deps: CollectionDeps) => {
  const { database } = deps;
  return defineHandlers({
    async createCollection({ body, caller, ctx }) {
      const { collection, isNew } = await createCollection(deps, caller.account.id, body);
      if (!isNew) ctx.status = 200;
      return presentOne(deps, collection);
    },
    listCollections({ query, caller }) {
      return pageById(query, {
        list: (page) => listCollections(database, caller.account.id, page),
        idOf: ({ id }) => id,
        present: (collections) => presentAll(deps, collections),
      });
    },
    async getCollection({ params, caller }) {
      return presentOne(deps, await requireCollection(database, params.id, caller.account.id));
    },
    async renameCollection({ params, body, caller }) {
      return presentOne(deps, await renameCollection(database, params.id, caller.account.id, body));
    },
    async moveCollection({ params, body, caller }) {
      return presentOne(deps, await moveCollection(database, params.id, caller.account.id, body));
    },
    async deleteCollection({ params, caller }) {
      await deleteCollection(database, params.id, caller.account.id);
      return undefined;
    },
    async addToCollection({ params, body, caller }) {
      return presentOne(deps, await addToCollection(database, params.id, caller.account.id, body.ids));
    },
    async takeFromCollection({ params, body, caller }) {
      return presentOne(deps, await takeFromCollection(database, params.id, caller.account.id, body.ids));
    },
  });
};

async function presentAll(
  { database, storage }: CollectionDeps,
  collections: readonly Collection[],
): Promise<CollectionView[]> {
  const contents = await findContents(
    database,
    collections.map(({ id }) => id),
  );
  return Promise.all(
    collections.map(async ({ id, parentId, name, version, createdAt }) => {
      const { count = 0, cover } = contents.get(id) ?? {};
      return {
        id,
        ...(parentId !== null && { parentId }),
        name,
        version,
        count,
        ...(cover ? { cover: await presentAsset(storage, cover) } : {}),
        createdAt: createdAt.toISOString(),
      };
    }),
  );
}

async function presentOne(deps: CollectionDeps, collection: Collection): Promise<CollectionView> {
  const [view] = await presentAll(deps, [collection]);
  return view as CollectionView;
}
