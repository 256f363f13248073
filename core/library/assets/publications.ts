import { isSeen, mediaKindOf } from '@star-graph/workflows/shared/mediaKinds';
import { styles } from '@star-graph/workflows/shared/styles';
import { type Database, inTransaction, isDuplicateEntry, type Transaction } from '../../ground/db/connect.ts';
import { Asset } from '../../ground/db/models/asset.ts';
import { GalleryEntry } from '../../ground/db/models/gallery.ts';
import { GuildPolicyRecord } from '../../ground/db/models/operation.ts';
import { Publication } from '../../ground/db/models/publication.ts';
import { Task } from '../../ground/db/models/task.ts';
import { User } from '../../ground/db/models/user.ts';
import { Problem } from '../../ground/errors.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { isId, newId } from '../../ground/runtime/ids.ts';
import { requireAsset } from './assets.ts';

/*
 * What people show to everybody here. A publication is seen while its picture is neither deleted nor withheld and its
 * owner is not blocked: all that shows one asks `findShown`.
 */

const publicationsPerPerson = 1_000;
/** Elo's usual beginning. */
const firstRating = 1_500;

export const unknownPublication = () => new Problem('not-found', 'Nothing is published under this id.');

interface Deps {
  database: Database;
  clock: Pick<Clock, 'now'>;
}

/**
 * Publishes a result. A repeat finds the first one.
 * @throws Problem `not-found`; `invalid-params` for an upload and for a result whose task is gone; `quota-exceeded`.
 */
export async function publish(
  { database, clock }: Deps,
  userId: string,
  assetId: string,
): Promise<{ publication: Publication; isNew: boolean }> {
  return inTransaction(database, async (trx) => {
    // The account's row is the lock under which the person's publications are counted.
    await User.query(trx).findById(userId).select('id').forUpdate();
    await requireAsset(trx, assetId, userId);
    const asset = await Asset.query(trx).findById(assetId).forShare().throwIfNotFound();
    const present = await Publication.query(trx).findOne({ assetId });
    if (present) return { publication: present, isNew: false };
    const task = asset.taskId === null ? undefined : await Task.query(trx).findById(asset.taskId);
    if (!task || asset.isMask || !isSeen(mediaKindOf(asset.mime)))
      throw new Problem('invalid-params', 'Only pictures and videos that were made here can be published.');
    if ((await Publication.query(trx).where({ userId }).resultSize()) >= publicationsPerPerson)
      throw new Problem(
        'quota-exceeded',
        `You have published ${publicationsPerPerson} pictures. Take one back first.`,
      );
    const prompt = String(task.params.prompt ?? '');
    const style = styles.find(({ words }) => prompt.includes(words))?.name ?? null;
    const uncompared = { likes: 0, rating: firstRating, comparisons: 0 };
    const row = { id: newId(), userId, assetId, style, createdAt: clock.now(), ...uncompared };
    return { publication: await Publication.query(trx).insertAndFetch(row), isNew: true };
  });
}

/** From now on nobody sees it any more; a repeat changes nothing. @throws Problem `not-found`. */
export async function unpublish(database: Database, userId: string, assetId: string): Promise<void> {
  await requireAsset(database, assetId, userId);
  await Publication.query(database).where({ assetId }).delete();
}

/** A publication with what is shown of it. */
export interface ShownPublication {
  publication: Publication;
  asset: Asset;
  task: Task;
  owner: Pick<User, 'id' | 'username'>;
  isLiked: boolean;
  /** In whose gallery it stands, of the servers that Explore shows. */
  community: Community | undefined;
}

/** A Discord server whose managers gave it a name in Explore. */
export interface Community {
  guildId: string;
  name: string;
}

export interface PublicationFilter {
  userId?: string;
  style?: string;
  /** A Discord server. */
  community?: string;
}

const communitiesAtMost = 100;

/** By their names. Managers close theirs by taking its name or its gallery away, or by closing their server. */
export async function listCommunities(database: Database): Promise<Community[]> {
  const records = await GuildPolicyRecord.query(database)
    .whereNotNull('exploreName')
    .orderBy('exploreName')
    .limit(communitiesAtMost);
  return records.flatMap(nameCommunity);
}

const nameCommunity = ({ guildId, exploreName, policy }: GuildPolicyRecord): Community[] =>
  exploreName === null || policy.enabled === false ? [] : [{ guildId, name: exploreName }];

const windowSize = 100;
const windowsAPage = 5;

/** `best`: those that people chose most over others of theirs. */
export type PublicationOrder = 'newest' | 'best';

type Place = Pick<Publication, 'id' | 'rating'>;

/** In that order. A page may be short, or empty, where much of it is not shown any more. */
export async function listPublications(
  database: Database,
  viewerId: string,
  { community, ...filter }: PublicationFilter,
  order: PublicationOrder,
  page: { limit: number; before?: Place },
): Promise<{ found: ShownPublication[]; before: Place | undefined }> {
  const found: ShownPublication[] = [];
  let { before } = page;
  for (let windows = 0; windows < windowsAPage; windows++) {
    const rows = await readWindow(database, filter, order, before);
    const shownOnes = await findShown(database, viewerId, rows, community);
    for (const shown of shownOnes) {
      if (found.length === page.limit) return { found, before: found.at(-1)?.publication };
      found.push(shown);
    }
    if (rows.length < windowSize) return { found, before: undefined };
    before = rows.at(-1);
  }
  return { found, before };
}

async function readWindow(
  database: Database,
  filter: Omit<PublicationFilter, 'community'>,
  order: PublicationOrder,
  before: Place | undefined,
): Promise<Publication[]> {
  const query = Publication.query(database).where(filter).limit(windowSize);
  if (order === 'newest') {
    query.orderBy('id', 'desc');
    if (before) query.where('id', '<', before.id);
  } else {
    query.orderBy([
      { column: 'rating', order: 'desc' },
      { column: 'id', order: 'desc' },
    ]);
    const { rating = 0, id = '' } = before ?? {};
    // One bound for the index, and what is left out of equal ratings.
    if (before)
      query
        .where('rating', '<=', rating)
        .where((rest) => rest.where('rating', '<', rating).orWhere('id', '<', id));
  }
  return query;
}

/** @throws Problem `not-found`. */
export async function requirePublication(
  database: Database,
  viewerId: string,
  id: string,
): Promise<ShownPublication> {
  const row = isId(id) ? await Publication.query(database).findById(id) : undefined;
  const [shown] = row ? await findShown(database, viewerId, [row]) : [];
  if (!shown) throw unknownPublication();
  return shown;
}

/** Of a picture of one's own, shown or not. */
export const findPublication = async (
  database: Database,
  assetId: string,
): Promise<Publication | undefined> => Publication.query(database).findOne({ assetId });

/** Those of them that everybody here may see now, in their order; of a server, those in its gallery. */
export async function findShown(
  database: Database,
  viewerId: string,
  rows: readonly Publication[],
  within?: string,
): Promise<ShownPublication[]> {
  if (rows.length === 0) return [];
  const assets = await Asset.query(database)
    .findByIds(rows.map(({ assetId }) => assetId))
    .whereNull('deletedAt')
    .whereNull('quarantinedAt');
  const assetById = new Map(assets.map((asset) => [asset.id, asset]));
  const tasks = await Task.query(database).findByIds(assets.flatMap(({ taskId }) => taskId ?? []));
  const taskById = new Map(tasks.map((task) => [task.id, task]));
  const owners = await User.query(database)
    .select('id', 'username')
    .findByIds([...new Set(rows.map(({ userId }) => userId))])
    .whereNull('disabledAt');
  const ownerById = new Map(owners.map((owner) => [owner.id, owner]));
  const liked: { publicationId: string }[] = await database('publication_likes')
    .where({ userId: viewerId })
    .whereIn(
      'publicationId',
      rows.map(({ id }) => id),
    )
    .select('publicationId');
  const communities = await findCommunities(database, [...assetById.keys()], within);
  const likedIds = new Set(liked.map(({ publicationId }) => publicationId));
  return rows.flatMap((publication) => {
    const asset = assetById.get(publication.assetId);
    const task = taskById.get(asset?.taskId ?? '');
    const owner = ownerById.get(publication.userId);
    if (!asset || !task || !owner) return [];
    const community = communities.get(asset.id);
    if (within !== undefined && !community) return [];
    return [{ publication, asset, task, owner, isLiked: likedIds.has(publication.id), community }];
  });
}

/** In whose galleries assets stand: of several servers in that of the first by id, or in the one asked for. */
async function findCommunities(
  database: Database,
  assetIds: readonly string[],
  within: string | undefined,
): Promise<ReadonlyMap<string, Community>> {
  if (assetIds.length === 0) return new Map();
  const query = GalleryEntry.query(database)
    .from(database.raw('gallery_entries FORCE INDEX (gallery_entries_asset)'))
    .select('assetId', 'guildId')
    .whereIn('assetId', assetIds)
    .where({ state: 'posted' })
    .whereNull('removedAt')
    .orderBy(['assetId', 'guildId']);
  const entries = await (within === undefined ? query : query.where({ guildId: within }));
  const records = await GuildPolicyRecord.query(database)
    .findByIds([...new Set(entries.map(({ guildId }) => guildId))])
    .whereNotNull('exploreName');
  const byGuild = new Map(records.flatMap(nameCommunity).map((one) => [one.guildId, one]));
  const found = new Map<string, Community>();
  for (const { assetId, guildId } of entries) {
    const community = byGuild.get(guildId);
    if (community && !found.has(assetId)) found.set(assetId, community);
  }
  return found;
}

/**
 * Likes it, or no longer does; a repeat changes nothing.
 * @throws Problem `not-found`; `forbidden` for one's own.
 */
export async function setLike(
  database: Database,
  userId: string,
  id: string,
  isLiked: boolean,
): Promise<void> {
  const { publication } = await requirePublication(database, userId, id);
  if (publication.userId === userId) throw new Problem('forbidden', 'Likes are for the pictures of others.');
  await inTransaction(database, async (trx) => {
    // Locked before its likes, so that two people count one after the other.
    const row = await Publication.query(trx).findById(id).select('id').forUpdate();
    if (!row) throw unknownPublication();
    const changed = isLiked
      ? await insertLike(trx, { publicationId: id, userId })
      : await trx('publication_likes').where({ publicationId: id, userId }).delete();
    if (changed > 0)
      await Publication.query(trx)
        .findById(id)
        .increment('likes', isLiked ? 1 : -1);
  });
}

async function insertLike(trx: Transaction, row: { publicationId: string; userId: string }): Promise<number> {
  try {
    await trx('publication_likes').insert(row);
    return 1;
  } catch (error) {
    if (!isDuplicateEntry(error)) throw error;
    return 0;
  }
}

const likesAtOnce = 500;

/** What a person likes is liked by one fewer. For accounts that are erased. */
export async function eraseLikes(database: Database, userId: string): Promise<void> {
  for (;;) {
    const erased = await inTransaction(database, async (trx) => {
      const rows: { publicationId: string }[] = await trx('publication_likes')
        .where({ userId })
        .limit(likesAtOnce)
        .select('publicationId');
      const ids = rows.map(({ publicationId }) => publicationId);
      if (ids.length === 0) return 0;
      await Publication.query(trx).whereIn('id', ids).orderBy('id').select('id').forUpdate();
      // One that was taken back until then is counted already.
      const held: { publicationId: string }[] = await trx('publication_likes')
        .where({ userId })
        .whereIn('publicationId', ids)
        .select('publicationId')
        .forUpdate();
      const counted = held.map(({ publicationId }) => publicationId);
      await Publication.query(trx).whereIn('id', counted).decrement('likes', 1);
      await trx('publication_likes').where({ userId }).whereIn('publicationId', counted).delete();
      return ids.length;
    });
    if (erased < likesAtOnce) return;
  }
}
