import { type Database, inTransaction } from '../db/connect.ts';
import { Asset } from '../db/models/asset.ts';
import { selectPrepared } from '../db/prepared.ts';
import { Problem } from '../errors.ts';
import { withdrawAsset } from '../guilds/gallery.ts';
import type { Clock } from '../runtime/clock.ts';
import { isId } from '../runtime/ids.ts';
import { thumbnailPrefix } from '../storage/keys.ts';

const unknownAsset = () => new Problem('not-found', 'There is no such asset.');

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
 */
export async function isNamed(database: Database, storageKey: string): Promise<boolean> {
  const column = storageKey.startsWith(thumbnailPrefix) ? 'thumbnail_key' : 'storage_key';
  const found = await selectPrepared(
    database,
    `SELECT id FROM assets WHERE ${column} = ? AND deleted_at IS NULL AND quarantined_at IS NULL LIMIT 1`,
    [storageKey],
  );
  return found.length > 0;
}

/**
 * Hides an asset for good, in the galleries of Discord servers too; a sweep removes the bytes when no other asset
 * names them. Unfinished tasks were accepted with a copy of its facts, and may find the bytes gone.
 * @throws Problem `not-found`.
 */
export async function deleteAsset(
  deps: { database: Database; clock: Clock },
  assetId: string,
  userId: string,
): Promise<void> {
  if (!isId(assetId)) throw unknownAsset();
  await inTransaction(deps.database, async (trx) => {
    const now = deps.clock.now();
    const deleted = await Asset.query(trx)
      .where({ id: assetId, userId })
      .whereNull('deletedAt')
      .patch({ deletedAt: now, favourite: false });
    if (deleted === 0) throw unknownAsset();
    await withdrawAsset(trx, assetId, now);
  });
}
