import type { Database } from '../../ground/db/connect.ts';
import { Asset } from '../../ground/db/models/asset.ts';
import { selectPrepared } from '../../ground/db/prepared.ts';
import { Problem } from '../../ground/errors.ts';
import { isId } from '../../ground/runtime/ids.ts';
import { thumbnailPrefix } from '../../ground/storage/keys.ts';

export const unknownAsset = () => new Problem('not-found', 'There is no such asset.');

/** An asset of this person that is neither deleted nor quarantined. @throws Problem `not-found`. */
export async function requireAsset(database: Database, assetId: string, userId: string): Promise<Asset> {
  const asset = isId(assetId)
    ? await Asset.query(database).findById(assetId).where({ userId }).whereNull('deletedAt')
    : undefined;
  if (!asset) throw unknownAsset();
  if (asset.quarantinedAt !== null)
    throw new Problem('not-found', 'This picture is withheld: GET /api/v1/withheld says why.');
  return asset;
}

/**
 * Whether an asset that is neither deleted nor quarantined names these bytes, as its own or as its thumbnail. One
 * index lookup. The bytes of a deleted asset stay until the sweep, and may belong to another asset too.
 * @param restorableAt with it, those count too whose deletion can be taken back at that time.
 */
export async function isNamed(database: Database, storageKey: string, restorableAt?: Date): Promise<boolean> {
  const column = storageKey.startsWith(thumbnailPrefix) ? 'thumbnail_key' : 'storage_key';
  const [there, values] =
    restorableAt === undefined
      ? ['deleted_at IS NULL', []]
      : ['(deleted_at IS NULL OR restorable_until > ?)', [restorableAt]];
  const found = await selectPrepared(
    database,
    `SELECT id FROM assets WHERE ${column} = ? AND ${there} AND quarantined_at IS NULL LIMIT 1`,
    [storageKey, ...values],
  );
  return found.length > 0;
}
