import { type Database, inTransaction } from '../../ground/db/connect.ts';
import { Asset } from '../../ground/db/models/asset.ts';
import { User } from '../../ground/db/models/user.ts';
import { Problem } from '../../ground/errors.ts';
import { requireAsset } from './assets.ts';

/**
 * Keeps a result: neither it nor its task is deleted for its age. No effect on a favourite.
 * @param atMost how many a person may have, since they are stored without limit of time.
 * @throws Problem `not-found`, for uploads too; `quota-exceeded`.
 */
export async function keepFavourite(
  database: Database,
  assetId: string,
  userId: string,
  atMost: number,
): Promise<Asset> {
  return inTransaction(database, async (trx) => {
    // The account's row is the lock under which the person's favourites are counted.
    await User.query(trx).findById(userId).select('id').forUpdate();
    const asset = await requireAsset(trx, assetId, userId);
    if (asset.kind !== 'output')
      throw new Problem('not-found', 'Only results can be favourites, and this is an upload.');
    if (asset.favourite) return asset;
    const kept = await Asset.query(trx).where({ userId, favourite: true }).resultSize();
    if (kept >= atMost)
      throw new Problem(
        'quota-exceeded',
        `You may have ${atMost} favourites. Take the star from one that you no longer need.`,
      );
    const changed = await Asset.query(trx)
      .findById(assetId)
      .whereNull('deletedAt')
      .patch({ favourite: true });
    if (changed === 0) throw new Problem('not-found', 'There is no such asset.');
    return { ...asset, favourite: true } as Asset;
  });
}

/** From now on it expires with its age again. @throws Problem `not-found`. */
export async function dropFavourite(database: Database, assetId: string, userId: string): Promise<void> {
  await requireAsset(database, assetId, userId);
  await Asset.query(database).where({ id: assetId, userId }).patch({ favourite: false });
}

/** The newest result first; `beforeId` continues a page. */
export async function listFavourites(
  database: Database,
  userId: string,
  page: { limit: number; beforeId?: string },
): Promise<Asset[]> {
  const query = Asset.query(database)
    .where({ userId, favourite: true })
    .whereNull('quarantinedAt')
    .orderBy('id', 'desc')
    .limit(page.limit);
  return page.beforeId === undefined ? query : query.where('id', '<', page.beforeId);
}
