import type {
  CollectionLinkView,
  CollectionPeopleView,
  SharedAssetView,
} from '@star-graph/contract/assets/sharedCollections';
import type { CollectionLink } from '@star-graph/core/ground/db/models/collection';
import { listSharedGroups, shareWithGroup } from '@star-graph/core/library/assets/collectionGroups';
import {
  createCollectionLink,
  findLink,
  joinCollection,
  listCollectionLinks,
  listJoined,
  listMembers,
  namePeople,
  readShownPrompts,
  removeMember,
  setMemberRole,
  setShownPrompts,
  withdrawCollectionLink,
} from '@star-graph/core/library/assets/collectionMembers';
import {
  findContents,
  type OpenCollection,
  requireCollection,
} from '@star-graph/core/library/assets/collections';
import { presentAsset } from '@star-graph/core/library/assets/presentAsset';
import { linkToShared, listShared, type SharedAsset } from '@star-graph/core/library/assets/sharedContent';
import type { CopyDeps } from '@star-graph/core/library/assets/sharedCopy';
import { mediaKindOf } from '@star-graph/workflows/shared/mediaKinds';
import type { ApiDeps } from '../../apiDeps.ts';
import { defineHandlers } from '../handler.ts';
import { pageById } from '../pages.ts';
import { presentCollections, presentOne, presentPerson } from './collectionHandlers.ts';

type Deps = CopyDeps & Pick<ApiDeps, 'database' | 'storage' | 'clock' | 'publicUrl'>;

/** Below the time after which a request is answered 503. */
const copyTimeoutMs = 8_000;

export const createSharedCollectionHandlers = (deps: Deps) => {
  const { database } = deps;
  return defineHandlers({
    async createCollectionLink({ params, body, caller }) {
      const { role, expiresInHours: hours, uses } = body;
      const wish = { role, hours, uses };
      const { link, token } = await createCollectionLink(deps, caller.account.id, params.id, wish);
      return { ...presentLink(link), url: `${deps.publicUrl}/collections/join#${token}` };
    },
    async listCollectionLinks({ params, caller }) {
      const links = await listCollectionLinks(deps, caller.account.id, params.id);
      return { links: links.map(presentLink) };
    },
    async withdrawCollectionLink({ params, caller }) {
      await withdrawCollectionLink(database, caller.account.id, params.id);
      return undefined;
    },
    async previewCollectionLink({ body, caller }) {
      const { collection, owner, link, isIn } = await findLink(deps, caller.account.id, body.token);
      const { id, name } = collection;
      const count = (await findContents(database, [id])).get(id)?.count ?? 0;
      return { id, name, owner: presentPerson(owner.id, owner.username), role: link.role, count, isIn };
    },
    async joinCollection({ body, caller, ctx }) {
      const { open, isNew } = await joinCollection(deps, caller.account.id, body.token);
      if (!isNew) ctx.status = 200;
      return presentOne(deps, caller.account.id, open);
    },
    listJoinedCollections({ query, caller }) {
      const { id } = caller.account;
      return pageById(query, {
        list: (page) => listJoined(database, id, page),
        idOf: ({ collection }) => collection.id,
        present: (opens) => presentCollections(deps, id, opens),
      });
    },
    async listCollectionMembers({ params, caller }) {
      const { id } = caller.account;
      return presentPeople(database, id, await requireCollection(database, params.id, id));
    },
    async setCollectionRole({ params: { id: collectionId, userId }, body, caller }) {
      const { id } = caller.account;
      await setMemberRole(database, id, { collectionId, userId }, body);
      return presentPeople(database, id, await requireCollection(database, collectionId, id));
    },
    async shareWithGroup({ params: { id: collectionId, groupId }, body, caller }) {
      const { id } = caller.account;
      await shareWithGroup(database, id, { collectionId, groupId }, body);
      return presentPeople(database, id, await requireCollection(database, collectionId, id));
    },
    async removeCollectionMember({ params: { id: collectionId, userId }, caller }) {
      await removeMember(database, caller.account.id, { collectionId, userId });
      return undefined;
    },
    async showCollectionPrompts({ params, body, caller }) {
      const { id } = caller.account;
      await setShownPrompts(database, id, params.id, body.showsPrompts);
      return presentPeople(database, id, await requireCollection(database, params.id, id));
    },
    async listCollectionAssets({ params, query, caller }) {
      const { id } = caller.account;
      const open = await requireCollection(database, params.id, id);
      return pageById(query, {
        list: (page) => listShared(database, id, open, page),
        idOf: ({ asset }) => asset.id,
        present: (found) => Promise.all(found.map((one) => presentShared(deps, id, one))),
      });
    },
    async viewCollectionAsset({ params, caller }) {
      const open = await requireCollection(database, params.id, caller.account.id);
      return linkToShared(deps, open, params.assetId, AbortSignal.timeout(copyTimeoutMs));
    },
  });
};

async function presentPeople(
  database: Deps['database'],
  viewerId: string,
  open: OpenCollection,
): Promise<CollectionPeopleView> {
  const { id, userId } = open.collection;
  const members = await listMembers(database, id);
  const names = await namePeople(database, [userId]);
  const groups = await listSharedGroups(database, id);
  return {
    owner: presentPerson(userId, names.get(userId)),
    members: members.map(({ member, username }) => ({
      person: presentPerson(member.userId, username),
      role: member.role,
      joinedAt: member.joinedAt.toISOString(),
    })),
    groups: groups.map(({ group: { id: groupId, name }, ...shared }) => ({
      group: { id: groupId, name },
      ...shared,
    })),
    showsPrompts: await readShownPrompts(database, viewerId, open),
  };
}

const presentLink = ({ id, role, uses, used, createdAt, expiresAt }: CollectionLink): CollectionLinkView => ({
  id,
  role,
  uses,
  used,
  createdAt: createdAt.toISOString(),
  expiresAt: expiresAt.toISOString(),
});

/** Nothing but what the copy shows: the file itself may tell a prompt, or a place. */
async function presentShared(
  { storage }: Pick<Deps, 'storage'>,
  viewerId: string,
  { asset, username, prompt }: SharedAsset,
): Promise<SharedAssetView> {
  const { id, mime, width, height, durationMs, thumbnailUrl } = await presentAsset(storage, asset);
  return {
    id,
    media: mediaKindOf(asset.mime),
    mime,
    width,
    height,
    ...(durationMs !== undefined && { durationMs }),
    ...(thumbnailUrl !== undefined && { thumbnailUrl }),
    person: presentPerson(asset.userId, username),
    isOwn: asset.userId === viewerId,
    ...(prompt !== undefined && { prompt }),
    createdAt: asset.createdAt.toISOString(),
  };
}
