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
 * Makes a collection, unless the person has one of this name.
 * @throws Problem `quota-exceeded`.
 */
export async function createCollection(
  { database, clock }: { database: Database; clock: Clock },
  userId: string,
  name: string,
): Promise<{ collection: Collection; isNew: boolean }> {
  return inTransaction(database, async (trx) => {
    // The account's row is the lock under which the person's collections are counted.
    await User.query(trx).findById(userId).select('id').forUpdate();
    const present = await Collection.query(trx).findOne({ userId, name });
    if (present) return { collection: present, isNew: false };
    if ((await Collection.query(trx).where({ userId }).resultSize()) >= collectionsPerPerson)
      throw new Problem(
        'quota-exceeded',
        `You have ${collectionsPerPerson} collections. Delete one that you no longer need.`,
      );
    const row = { id: newId(), userId, name, version: 1, createdAt: clock.now() };
    return { collection: await Collection.query(trx).insertAndFetch(row), isNew: true };
  });
}

/**
 * A repeat of the renaming that made the next version changes nothing.
 * @param version as it was read.
 * @throws Problem `not-found`; `changed-meanwhile`; `invalid-params` for the name of another one.
 */
export async function renameCollection(
  database: Database,
  collectionId: string,
  userId: string,
  { name, version }: { name: string; version: number },
): Promise<Collection> {
  try {
    return await inTransaction(database, async (trx) => {
      const before = await lockCollection(trx, collectionId, userId);
      if (before.version === version + 1 && before.name === name) return before;
      if (before.version !== version)
        throw new Problem(
          'changed-meanwhile',
          `This collection is at version ${before.version} and not ${version}. Read it, and decide again.`,
        );
      return Collection.query(trx).patchAndFetchById(before.id, { name, version: version + 1 });
    });
  } catch (error) {
    if (!isDuplicateEntry(error)) throw error;
    throw new Problem('invalid-params', 'You have a collection of this name.', {
      errors: [{ pointer: '/name', message: 'Another collection of yours is called that.' }],
    });
  }
}

/** Its assets stay. @throws Problem `not-found`. */
export async function deleteCollection(
  database: Database,
  collectionId: string,
  userId: string,
): Promise<void> {
  const deleted = isId(collectionId)
    ? await Collection.query(database).where({ id: collectionId, userId }).delete()
    : 0;
  if (deleted === 0) throw unknown();
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
