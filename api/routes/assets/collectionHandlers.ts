import type { CollectionView } from '@star-graph/contract/assets/collections';
import type { NamedPersonView } from '@star-graph/contract/fields';
import { invariant } from '@star-graph/core/ground/errors';
import { addToCollection, takeFromCollection } from '@star-graph/core/library/assets/collectionAssets';
import { countSharers, namePeople } from '@star-graph/core/library/assets/collectionMembers';
import {
  createCollection,
  deleteCollection,
  findContents,
  listCollections,
  moveCollection,
  type OpenCollection,
  ownerPart,
  renameCollection,
  requireCollection,
} from '@star-graph/core/library/assets/collections';
import { presentAsset } from '@star-graph/core/library/assets/presentAsset';
import { requireOwnSession } from '@star-graph/core/people/identity/presence';
import type { ApiDeps } from '../../apiDeps.ts';
import { defineHandlers } from '../handler.ts';
import { pageById } from '../pages.ts';

type CollectionDeps = Pick<ApiDeps, 'database' | 'storage' | 'clock'>;
type PresentDeps = Pick<CollectionDeps, 'database' | 'storage'>;

export const createCollectionHandlers = (deps: CollectionDeps) => {
  const { database } = deps;
  return defineHandlers({
    async createCollection({ body, caller, ctx }) {
      const { id } = caller.account;
      const { collection, isNew } = await createCollection(deps, id, body);
      if (!isNew) ctx.status = 200;
      return presentOne(deps, id, { collection, ...ownerPart });
    },
    listCollections({ query, caller }) {
      const { id: userId } = caller.account;
      return pageById(query, {
        list: (page) => listCollections(database, userId, page),
        idOf: ({ id }) => id,
        present: (collections) =>
          presentCollections(
            deps,
            userId,
            collections.map((collection) => ({ collection, ...ownerPart })),
          ),
      });
    },
    async getCollection({ params, caller }) {
      const { id } = caller.account;
      return presentOne(deps, id, await requireCollection(database, params.id, id));
    },
    async renameCollection({ params, body, caller }) {
      const { id } = caller.account;
      return presentOne(deps, id, await renameCollection(database, params.id, id, body));
    },
    async moveCollection({ params, body, caller }) {
      const { id } = caller.account;
      const collection = await moveCollection(database, params.id, id, body);
      return presentOne(deps, id, { collection, ...ownerPart });
    },
    async deleteCollection({ params, caller }) {
      await deleteCollection(database, params.id, caller.account.id);
      return undefined;
    },
    async addToCollection({ params, body, caller }) {
      const { id } = caller.account;
      // What others see is shown to them by the person, never by a key.
      const requirePerson = () => void requireOwnSession(caller);
      return presentOne(deps, id, await addToCollection(database, params.id, id, body.ids, requirePerson));
    },
    async takeFromCollection({ params, body, caller }) {
      const { id } = caller.account;
      return presentOne(deps, id, await takeFromCollection(database, params.id, id, body.ids));
    },
  });
};

export async function presentOne(
  deps: PresentDeps,
  viewerId: string,
  open: OpenCollection,
): Promise<CollectionView> {
  const [view] = await presentCollections(deps, viewerId, [open]);
  invariant(view, 'each collection is presented');
  return view;
}

/** Of what is somebody else's only the small picture: the file itself may tell a prompt, or a place. */
export async function presentCollections(
  { database, storage }: PresentDeps,
  viewerId: string,
  opens: readonly OpenCollection[],
): Promise<CollectionView[]> {
  const ids = opens.map(({ collection }) => collection.id);
  const contents = await findContents(database, ids);
  const members = await countSharers(database, 'members', ids);
  const groups = await countSharers(database, 'groups', ids);
  const owners = await namePeople(
    database,
    opens.flatMap(({ collection, access }) => (access === 'owner' ? [] : collection.userId)),
  );
  return Promise.all(
    opens.map(async ({ collection, access, isByGroup }) => {
      const { id, parentId, name, version, userId, createdAt } = collection;
      const { count = 0, cover } = contents.get(id) ?? {};
      const shown = cover && (await presentAsset(storage, cover));
      return {
        id,
        ...(access === 'owner' && parentId !== null && { parentId }),
        name,
        version,
        role: access,
        ...(access !== 'owner' && { owner: presentPerson(userId, owners.get(userId)) }),
        isByGroup,
        members: members.get(id) ?? 0,
        groups: groups.get(id) ?? 0,
        count,
        ...(shown && cover.userId === viewerId && { cover: shown }),
        ...(shown?.thumbnailUrl !== undefined &&
          cover?.userId !== viewerId && { coverUrl: shown.thumbnailUrl }),
        createdAt: createdAt.toISOString(),
      };
    }),
  );
}

export const presentPerson = (id: string, name: string | null | undefined): NamedPersonView => ({
  id,
  ...(typeof name === 'string' && { name }),
});
