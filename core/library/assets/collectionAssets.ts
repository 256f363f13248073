import { type Database, inTransaction } from '../../ground/db/connect.ts';
import { Asset } from '../../ground/db/models/asset.ts';
import { type Collection, CollectionAsset } from '../../ground/db/models/collection.ts';
import { Problem } from '../../ground/errors.ts';
import { isId } from '../../ground/runtime/ids.ts';
import { lockCollection } from './collections.ts';

/** A page of collections counts all of theirs. */
const assetsPerCollection = 1_000;

/**
 * Puts those in that are the person's and not in yet; what is deleted or withheld is left out.
 * @throws Problem `not-found`; `quota-exceeded`, and then none is put in.
 */
export async function addToCollection(
  database: Database,
  collectionId: string,
  userId: string,
  assetIds: readonly string[],
): Promise<Collection> {
  return inTransaction(database, async (trx) => {
    const collection = await lockCollection(trx, collectionId, userId);
    // Locked, so that none of them goes before it is in.
    const own = await Asset.query(trx)
      .select('id')
      .findByIds(assetIds.filter(isId))
      .where({ userId })
      .whereNull('deletedAt')
      .whereNull('quarantinedAt')
      .orderBy('id')
      .forShare();
    const rows = own.map(({ id }) => ({ collectionId: collection.id, assetId: id }));
    if (rows.length > 0)
      await trx(CollectionAsset.tableName).insert(rows).onConflict(['collectionId', 'assetId']).ignore();
    const count = await CollectionAsset.query(trx).where({ collectionId: collection.id }).resultSize();
    if (count > assetsPerCollection)
      throw new Problem(
        'quota-exceeded',
        `A collection holds ${assetsPerCollection} pictures. Make another one.`,
      );
    return collection;
  });
}

/** Takes them out, as far as they are in. The assets stay. @throws Problem `not-found`. */
export async function takeFromCollection(
  database: Database,
  collectionId: string,
  userId: string,
  assetIds: readonly string[],
): Promise<Collection> {
  return inTransaction(database, async (trx) => {
    const collection = await lockCollection(trx, collectionId, userId);
    await CollectionAsset.query(trx)
      .where({ collectionId: collection.id })
      .whereIn('assetId', assetIds.filter(isId))
      .delete();
    return collection;
  });
}
