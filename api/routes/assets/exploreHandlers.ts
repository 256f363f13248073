import type {
  CommunityView,
  PublicationDetailView,
  PublicationPairView,
  PublicationView,
} from '@star-graph/contract/assets/explore';
import { Problem } from '@star-graph/core/ground/errors';
import { isId } from '@star-graph/core/ground/runtime/ids';
import { requireAsset } from '@star-graph/core/library/assets/assets';
import { answerPair, type OfferedPair, offerPair } from '@star-graph/core/library/assets/publicationPairs';
import {
  type Community,
  findPublication,
  listCommunities,
  listPublications,
  publish,
  requirePublication,
  type ShownPublication,
  setLike,
  unpublish,
} from '@star-graph/core/library/assets/publications';

import type { ApiDeps } from '../../apiDeps.ts';
import { defineHandlers } from '../handler.ts';
import { pageOnward } from '../pages.ts';
import { presentFound } from './assetListHandlers.ts';

type ExploreDeps = Pick<ApiDeps, 'database' | 'storage' | 'clock' | 'settings'>;

export const createExploreHandlers = (deps: ExploreDeps) => {
  const { database } = deps;
  const requireOpen = async () => {
    if ((await deps.settings.read()).EXPLORE === 'off')
      throw new Problem('forbidden', 'The operator has closed Explore.');
  };
  const presentOne = async (id: string, viewerId: string): Promise<PublicationDetailView> =>
    presentDetail(deps, await requirePublication(database, viewerId, id), viewerId);
  return defineHandlers({
    async publishAsset({ params, caller }) {
      await requireOpen();
      const { id } = caller.account;
      const { publication } = await publish(deps, id, params.id);
      return present(deps, await requirePublication(database, id, publication.id), id);
    },
    async findPublication({ params, caller }) {
      const { id } = caller.account;
      const asset = await requireAsset(database, params.id, id);
      const found = await findPublication(database, asset.id);
      if (!found) return {};
      return { publication: await present(deps, await requirePublication(database, id, found.id), id) };
    },
    async unpublishAsset({ params, caller }) {
      await unpublish(database, caller.account.id, params.id);
      return undefined;
    },
    async listPublications({ query, caller }) {
      await requireOpen();
      const { id } = caller.account;
      const { person, style, community, order } = query;
      const filter = {
        ...(person === undefined ? {} : { userId: person }),
        ...(style === undefined ? {} : { style }),
        ...(community === undefined ? {} : { community }),
      };
      return pageOnward(
        query,
        async ({ limit, beforeId: place }) => {
          const page = { limit, ...(place === undefined ? {} : { before: parsePlace(place) }) };
          const { found, before } = await listPublications(database, id, filter, order, page);
          return {
            items: await Promise.all(found.map((one) => present(deps, one, id))),
            beforeId: before && `${before.rating}:${before.id}`,
          };
        },
        (text) => /^-?\d{1,9}:/.test(text) && isId(parsePlace(text).id),
      );
    },
    async listCommunities() {
      await requireOpen();
      return { communities: (await listCommunities(database)).map(presentCommunity) };
    },
    async offerPair({ body: { community, generalOnly }, caller }) {
      await requireOpen();
      const { id } = caller.account;
      const pair = await offerPair(deps, id, {
        generalOnly,
        ...(community === undefined ? {} : { community }),
      });
      return pair ? { pair: await presentPair(deps, pair, id) } : {};
    },
    async answerPair({ params, body: { better }, caller }) {
      await requireOpen();
      return { better: await answerPair(deps, caller.account.id, params.id, better ?? undefined) };
    },
    async getPublication({ params, caller }) {
      await requireOpen();
      return presentOne(params.id, caller.account.id);
    },
    async likePublication({ params, caller }) {
      await requireOpen();
      await setLike(database, caller.account.id, params.id, true);
      return presentOne(params.id, caller.account.id);
    },
    async unlikePublication({ params, caller }) {
      await requireOpen();
      await setLike(database, caller.account.id, params.id, false);
      return presentOne(params.id, caller.account.id);
    },
  });
};

/** Where a page of the list ends: in either order its rating and its id. */
function parsePlace(text: string): { rating: number; id: string } {
  const [rating, id = ''] = text.split(':');
  return { rating: Number(rating), id };
}

const presentPair = async (
  deps: Pick<ExploreDeps, 'storage'>,
  { id, first, second }: OfferedPair,
  viewerId: string,
): Promise<PublicationPairView> => ({
  id,
  first: await present(deps, first, viewerId),
  second: await present(deps, second, viewerId),
});

const presentCommunity = ({ guildId: id, name }: Community): CommunityView => ({ id, name });

async function present(
  deps: Pick<ExploreDeps, 'storage'>,
  { publication, asset, task, owner, isLiked, community }: ShownPublication,
  viewerId: string,
): Promise<PublicationView> {
  const { favourite: _own, ...shown } = await presentFound(deps, { asset, task });
  const { inputs: _inputs, parentId: _parentId, ...maker } = shown.task ?? {};
  return {
    id: publication.id,
    // What it was made of is nobody else's business.
    asset: { ...shown, ...('id' in maker ? { task: maker } : {}) },
    person: { id: owner.id, ...(owner.username === null ? {} : { name: owner.username }) },
    ...(publication.style === null ? {} : { style: publication.style }),
    ...(community && { community: presentCommunity(community) }),
    likes: publication.likes,
    isLiked,
    isOwn: publication.userId === viewerId,
    createdAt: publication.createdAt.toISOString(),
  };
}

async function presentDetail(
  deps: Pick<ExploreDeps, 'storage'>,
  shown: ShownPublication,
  viewerId: string,
): Promise<PublicationDetailView> {
  const { id, workflowName, workflowVersion, params, images } = shown.task;
  const own = Object.entries(params).filter(
    ([name, value]) => !(name in images) && !holdsAsset(value, images),
  );
  return {
    ...(await present(deps, shown, viewerId)),
    taskId: id,
    workflow: { name: workflowName, version: workflowVersion },
    params: Object.fromEntries(own),
  };
}

/** A list of pictures names them too. */
const holdsAsset = (value: unknown, images: ShownPublication['task']['images']): boolean => {
  const text = JSON.stringify(value) ?? '';
  return Object.values(images).some(({ assetId }) => text.includes(assetId));
};
