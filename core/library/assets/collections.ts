import { findPlaceFault, listWithin, mostCollectionDepth } from '@star-graph/workflows/shared/collectionTree';
import { type Database, inTransaction, isDuplicateEntry, type Transaction } from '../../ground/db/connect.ts';
import { Asset } from '../../ground/db/models/asset.ts';
import {
  Collection,
  CollectionGroup,
  CollectionMember,
  type CollectionRole,
} from '../../ground/db/models/collection.ts';
import { User } from '../../ground/db/models/user.ts';
import { Problem } from '../../ground/errors.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { isId, newId } from '../../ground/runtime/ids.ts';
import { partRule, shownRule, shownTables } from '../../people/safety/shownInCollections.ts';

const collectionsPerPerson = 200;

const unknown = () => new Problem('not-found', 'There is no such collection.');

/** What a person may do with a collection: each may what those before it may. */
export type CollectionAccess = CollectionRole | 'owner';
const accesses: readonly CollectionAccess[] = ['see', 'add', 'edit', 'owner'];
export const reaches = (access: CollectionAccess, least: CollectionAccess): boolean =>
  accesses.indexOf(access) >= accesses.indexOf(least);

/** What somebody in a collection has of it. */
interface Part {
  access: CollectionAccess;
  /** They are in it by groups alone: it ends with those, and they cannot leave it. */
  isByGroup: boolean;
}
export const ownerPart: Part = { access: 'owner', isByGroup: false };

/** A collection as one of its people has it. */
export interface OpenCollection extends Part {
  collection: Collection;
}

/**
 * Places change under the lock of the person's account, so no two moves make a circle together, or go too deep. What is
 * no collection of theirs is none.
 */
async function listPlaces(trx: Transaction, userId: string): Promise<Pick<Collection, 'id' | 'parentId'>[]> {
  await User.query(trx).findById(userId).select('id').forUpdate();
  return Collection.query(trx).where({ userId }).select('id', 'parentId');
}

function requirePlace(
  places: readonly Pick<Collection, 'id' | 'parentId'>[],
  id: string,
  parentId: string | null,
): void {
  if (parentId !== null && !places.some((place) => place.id === parentId)) throw unknown();
  const fault = findPlaceFault(places, id, parentId);
  if (fault === undefined) return;
  const message =
    fault === 'itself'
      ? 'A collection lies neither in itself nor in one that is in it.'
      : `Collections lie ${mostCollectionDepth} deep at most.`;
  throw new Problem('invalid-params', `${message} Choose another place.`, {
    errors: [{ pointer: '/parentId', message }],
  });
}

/**
 * Makes a collection, unless the person has one of this name there.
 * @throws Problem `quota-exceeded`; `not-found` for the place, `invalid-params` where it is too deep.
 */
export async function createCollection(
  { database, clock }: { database: Database; clock: Clock },
  userId: string,
  { name, parentId = null }: { name: string; parentId?: string | undefined | null },
): Promise<{ collection: Collection; isNew: boolean }> {
  return inTransaction(database, async (trx) => {
    const places = await listPlaces(trx, userId);
    const id = newId();
    requirePlace(places, id, parentId);
    const present = await Collection.query(trx).findOne({ userId, parentId, name });
    if (present) return { collection: present, isNew: false };
    if (places.length >= collectionsPerPerson)
      throw new Problem(
        'quota-exceeded',
        `You have ${collectionsPerPerson} collections. Delete one that you no longer need.`,
      );
    const row = { id, userId, parentId, name, version: 1, createdAt: clock.now() };
    return { collection: await Collection.query(trx).insertAndFetch(row), isNew: true };
  });
}

/**
 * A repeat of the renaming that made the next version changes nothing.
 * @param version as it was read.
 * @throws Problem `not-found`; `changed-meanwhile`; `invalid-params` for the name of another one there.
 */
export async function renameCollection(
  database: Database,
  collectionId: string,
  userId: string,
  { name, version }: { name: string; version: number },
): Promise<OpenCollection> {
  return refuseTwin('/name', () =>
    inTransaction(database, async (trx) => {
      const { collection, ...part } = await lockCollection(trx, collectionId, userId, 'edit');
      return { collection: await change(trx, collection, version, { name }), ...part };
    }),
  );
}

/**
 * A repeat of the move that made the next version changes nothing.
 * @param version as it was read.
 * @throws Problem `not-found`, for the place too; `changed-meanwhile`; `invalid-params` for a place in itself or too
 * deep, or with another one of its name.
 */
export async function moveCollection(
  database: Database,
  collectionId: string,
  userId: string,
  { parentId, version }: { parentId: string | null; version: number },
): Promise<Collection> {
  return refuseTwin('/parentId', () =>
    inTransaction(database, async (trx) => {
      const places = await listPlaces(trx, userId);
      const { collection: before } = await lockCollection(trx, collectionId, userId, 'owner');
      requirePlace(places, before.id, parentId);
      return change(trx, before, version, { parentId });
    }),
  );
}

/** To the next version, from the one that was read; nothing where the change before was the same one. */
async function change(
  trx: Transaction,
  before: Collection,
  version: number,
  values: Partial<Pick<Collection, 'name' | 'parentId'>>,
): Promise<Collection> {
  const isRepeat = Object.entries(values).every(([name, value]) => before[name as 'name'] === value);
  if (before.version === version + 1 && isRepeat) return before;
  if (before.version !== version)
    throw new Problem(
      'changed-meanwhile',
      `This collection is at version ${before.version} and not ${version}. Read it, and decide again.`,
    );
  return Collection.query(trx).patchAndFetchById(before.id, { ...values, version: version + 1 });
}

async function refuseTwin<Result>(pointer: string, act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    if (!isDuplicateEntry(error)) throw error;
    throw new Problem('invalid-params', 'There is another collection of this name in this place.', {
      errors: [{ pointer, message: 'Another collection in this place is called that.' }],
    });
  }
}

/** With all that lie in it; their assets stay. @throws Problem `not-found`. */
export async function deleteCollection(
  database: Database,
  collectionId: string,
  userId: string,
): Promise<void> {
  await inTransaction(database, async (trx) => {
    const gone = listWithin(await listPlaces(trx, userId), collectionId);
    if (gone.length === 0) throw unknown();
    await Collection.query(trx)
      .whereIn(
        'id',
        gone.map(({ id }) => id),
      )
      .delete();
  });
}

/**
 * Its members change under this lock too, so what one may do holds until the end of the transaction. Groups change
 * beside it: what somebody has just put in who is out of theirs by now is shown to nobody.
 * @throws Problem `not-found` for whoever has no part in it; `forbidden` for one who may less.
 */
export async function lockCollection(
  trx: Transaction,
  collectionId: string,
  userId: string,
  least: CollectionAccess,
): Promise<OpenCollection> {
  const found = isId(collectionId)
    ? await Collection.query(trx).findById(collectionId).forUpdate()
    : undefined;
  return requireAccess(trx, found, userId, least);
}

/** @throws Problem `not-found`; `forbidden`. */
export async function requireCollection(
  database: Database,
  collectionId: string,
  userId: string,
  least: CollectionAccess = 'see',
): Promise<OpenCollection> {
  const found = isId(collectionId) ? await Collection.query(database).findById(collectionId) : undefined;
  return requireAccess(database, found, userId, least);
}

async function requireAccess(
  database: Database | Transaction,
  collection: Collection | undefined,
  userId: string,
  least: CollectionAccess,
): Promise<OpenCollection> {
  const part = collection && (await findParts(database, [collection], userId)).get(collection.id);
  if (!collection || !part) throw unknown();
  if (!reaches(part.access, least))
    throw new Problem(
      'forbidden',
      least === 'owner'
        ? 'Only the owner of this collection may do that.'
        : 'Your role in this collection is not enough for that. Ask its owner.',
    );
  return { collection, ...part };
}

/**
 * What a person has of each, the highest of their own membership and of what their groups were given; without those that
 * they are not in. Nobody looks into the collection of somebody who is blocked.
 */
export async function findParts(
  database: Database | Transaction,
  collections: readonly Collection[],
  userId: string,
): Promise<ReadonlyMap<string, Part>> {
  const parts = new Map<string, Part>();
  const others = collections.filter((one) => one.userId !== userId);
  for (const one of collections) if (one.userId === userId) parts.set(one.id, ownerPart);
  if (others.length === 0) return parts;
  const ids = others.map(({ id }) => id);
  const owners = await User.query(database)
    .findByIds([...new Set(others.map((one) => one.userId))])
    .whereNull('disabledAt')
    .select('id');
  const members = await CollectionMember.query(database)
    .where({ userId })
    .whereIn('collectionId', ids)
    .select('collectionId', 'role');
  const given = await CollectionGroup.query(database)
    .join('group_members', 'group_members.groupId', 'collection_groups.groupId')
    .where('group_members.userId', userId)
    .whereIn('collection_groups.collectionId', ids)
    .select('collectionId', 'role');
  for (const { id, userId: ownerId } of others) {
    if (!owners.some((owner) => owner.id === ownerId)) continue;
    const isOfIt = (one: { collectionId: string }) => one.collectionId === id;
    const roles = [...members, ...given].filter(isOfIt).map(({ role }) => role);
    const access = accesses.findLast((one) => roles.some((role) => role === one));
    if (access) parts.set(id, { access, isByGroup: !members.some(isOfIt) });
  }
  return parts;
}

/** Whoever is not in a collection any more takes their pictures out. Under the lock of its row. */
export async function dropWithoutPart(trx: Transaction, collectionId: string): Promise<void> {
  await trx.raw(
    `DELETE collection_assets FROM collection_assets STRAIGHT_JOIN assets ON assets.id = collection_assets.asset_id
     STRAIGHT_JOIN collections ON collections.id = collection_assets.collection_id
     WHERE collection_assets.collection_id = ? AND NOT ${partRule}`,
    [collectionId],
  );
}

/** The newest first; `beforeId` continues a page. */
export async function listCollections(
  database: Database,
  userId: string,
  page: { limit: number; beforeId?: string },
): Promise<Collection[]> {
  const query = Collection.query(database).where({ userId }).orderBy('id', 'desc').limit(page.limit);
  return page.beforeId === undefined ? query : query.where('id', '<', page.beforeId);
}

interface CollectionContent {
  count: number;
  /** The newest asset of the collection. */
  cover?: Asset;
}

/** What is shown of each. Empty collections are absent. */
export async function findContents(
  database: Database,
  collectionIds: readonly string[],
): Promise<Map<string, CollectionContent>> {
  if (collectionIds.length === 0) return new Map();
  const rows: { collectionId: string; count: number; coverId: string }[] = await database
    .select('collectionId', database.raw('COUNT(*) AS count'), database.raw('MAX(assets.id) AS cover_id'))
    .from(database.raw(`collection_assets FORCE INDEX (PRIMARY) ${shownTables}`))
    .whereIn('collectionId', collectionIds)
    .whereRaw(shownRule)
    .groupBy('collectionId');
  const covers = await Asset.query(database).findByIds(rows.map(({ coverId }) => coverId));
  const byId = new Map(covers.map((cover) => [cover.id, cover]));
  return new Map(
    rows.map(({ collectionId, count, coverId }) => {
      const cover = byId.get(coverId);
      return [collectionId, { count: Number(count), ...(cover ? { cover } : {}) }];
    }),
  );
}
