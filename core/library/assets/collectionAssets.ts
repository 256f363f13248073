import { type Database, inTransaction } from '../../ground/db/connect.ts';
import { Asset } from '../../ground/db/models/asset.ts';
import { CollectionAsset } from '../../ground/db/models/collection.ts';
import { Problem } from '../../ground/errors.ts';
import { isId } from '../../ground/runtime/ids.ts';
import { isSharedCollection } from '../../people/safety/shownInCollections.ts';
import { lockCollection, type OpenCollection, reaches } from './collections.ts';

/** A page of collections counts all of theirs. */
const assetsPerCollection = 1_000;

/**
 * Puts those in that are the person's and not in yet; what is deleted or withheld is left out.
 * @param requirePerson refuses whoever is not the person themself: it is asked where others would see the pictures.
 * @throws Problem `not-found`; `forbidden`; `quota-exceeded`, and then none is put in.
 */
export async function addToCollection(
  database: Database,
  collectionId: string,
  userId: string,
  assetIds: readonly string[],
  requirePerson: () => void,
): Promise<OpenCollection> {
  return inTransaction(database, async (trx) => {
    const open = await lockCollection(trx, collectionId, userId, 'add');
    const { collection } = open;
    if (await isSharedCollection(trx, collection.id)) requirePerson();
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
    return open;
  });
}

/**
 * Takes them out, as far as they are in: whoever does not edit takes out what is their own. The assets stay.
 * @throws Problem `not-found`.
 */
export async function takeFromCollection(
  database: Database,
  collectionId: string,
  userId: string,
  assetIds: readonly string[],
): Promise<OpenCollection> {
  return inTransaction(database, async (trx) => {
    const open = await lockCollection(trx, collectionId, userId, 'see');
    const ids = assetIds.filter(isId);
    const own = () => Asset.query(trx).findByIds(ids).where({ userId }).select('id');
    await CollectionAsset.query(trx)
      .where({ collectionId: open.collection.id })
      .whereIn('assetId', reaches(open.access, 'edit') ? ids : (await own()).map(({ id }) => id))
      .delete();
    return open;
  });
}
