import { findPlaceFault, listWithin, mostCollectionDepth } from '@star-graph/workflows/shared/collectionTree';
import { type Database, inTransaction, isDuplicateEntry, type Transaction } from '../../ground/db/connect.ts';
import { Asset } from '../../ground/db/models/asset.ts';
import { Collection } from '../../ground/db/models/collection.ts';
import { User } from '../../ground/db/models/user.ts';
import { Problem } from '../../ground/errors.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { isId, newId } from '../../ground/runtime/ids.ts';

const collectionsPerPerson = 200;

const unknown = () => new Problem('not-found', 'There is no such collection.');

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
): Promise<Collection> {
  return refuseTwin('/name', () =>
    inTransaction(database, async (trx) =>
      change(trx, await lockCollection(trx, collectionId, userId), version, { name }),
    ),
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
      const before = await lockCollection(trx, collectionId, userId);
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
    throw new Problem('invalid-params', 'You have a collection of this name there.', {
      errors: [{ pointer, message: 'Another collection of yours there is called that.' }],
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

/** @throws Problem `not-found`. */
export async function lockCollection(
  trx: Transaction,
  collectionId: string,
  userId: string,
): Promise<Collection> {
  const found = isId(collectionId)
    ? await Collection.query(trx).findOne({ id: collectionId, userId }).forUpdate()
    : undefined;
  if (!found) throw unknown();
  return found;
}

/** @throws Problem `not-found`. */
export async function requireCollection(
  database: Database,
  collectionId: string,
  userId: string,
): Promise<Collection> {
  const found = isId(collectionId)
    ? await Collection.query(database).findOne({ id: collectionId, userId })
    : undefined;
  if (!found) throw unknown();
  return found;
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

/** What is shown of each: assets that are neither deleted nor withheld. Empty collections are absent. */
export async function findContents(
  database: Database,
  collectionIds: readonly string[],
): Promise<Map<string, CollectionContent>> {
  if (collectionIds.length === 0) return new Map();
  const rows: { collectionId: string; count: number; coverId: string }[] = await database
    .select('collectionId', database.raw('COUNT(*) AS count'), database.raw('MAX(assets.id) AS cover_id'))
    .from(
      database.raw(
        'collection_assets FORCE INDEX (PRIMARY) STRAIGHT_JOIN assets ON assets.id = collection_assets.asset_id',
      ),
    )
    .whereIn('collectionId', collectionIds)
    .whereNull('assets.deletedAt')
    .whereNull('assets.quarantinedAt')
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
