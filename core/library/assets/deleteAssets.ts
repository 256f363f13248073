import { type Database, inTransaction, type Transaction } from '../../ground/db/connect.ts';
import { Asset } from '../../ground/db/models/asset.ts';
import { GalleryEntry } from '../../ground/db/models/gallery.ts';
import { User } from '../../ground/db/models/user.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { isId } from '../../ground/runtime/ids.ts';
import type { Storage } from '../../ground/storage/storage.ts';
import { withdrawAsset } from '../../people/guilds/gallery.ts';
import { unknownAsset } from './assets.ts';

/*
 * A person's deletion hides an asset at once and can be taken back for a day. Until an hour after that the sweeps leave
 * its row and its bytes alone, so that a restoration at the last moment meets no sweep. What a moderator removes, and
 * all that belonged to a deleted account, has no such day.
 */

export const restorableMs = 24 * 3_600_000;

interface Deps {
  database: Database;
  clock: Clock;
}

/** Deletes one. @throws Problem `not-found`. */
export async function deleteAsset(deps: Deps, assetId: string, userId: string): Promise<void> {
  const changed = await inTransaction(deps.database, (trx) => hide(deps, trx, [assetId], userId));
  if (changed.length === 0) throw unknownAsset();
}

/**
 * Hides those that are the person's, in the galleries of Discord servers too. Unfinished tasks were accepted with a copy
 * of their facts, and may find the bytes gone.
 * @returns the ones that are deleted now and can be restored, whoever deleted them: a repeat answers the same.
 */
export async function deleteAssets(
  deps: Deps,
  assetIds: readonly string[],
  userId: string,
): Promise<string[]> {
  return inTransaction(deps.database, async (trx) => {
    await hide(deps, trx, assetIds, userId);
    return listRestorable(trx, assetIds, userId, deps.clock.now());
  });
}

/** @returns those that were not deleted before. */
async function hide(
  { clock }: Deps,
  trx: Transaction,
  assetIds: readonly string[],
  userId: string,
): Promise<string[]> {
  const shown = await Asset.query(trx)
    .select('id')
    .findByIds(assetIds.filter(isId))
    .where({ userId })
    .whereNull('deletedAt')
    .orderBy('id')
    .forUpdate();
  const ids = shown.map(({ id }) => id);
  const now = clock.now();
  const restorableUntil = new Date(now.getTime() + restorableMs);
  await Asset.query(trx)
    .findByIds(ids)
    .where({ favourite: true })
    .patch({ favourite: false, wasFavourite: true });
  await Asset.query(trx).findByIds(ids).patch({ deletedAt: now, restorableUntil });
  const posted = await GalleryEntry.query(trx).distinct('assetId').whereIn('assetId', ids);
  for (const { assetId } of posted) await withdrawAsset(trx, assetId, now);
  return ids;
}

const listRestorable = async (
  trx: Transaction,
  assetIds: readonly string[],
  userId: string,
  now: Date,
): Promise<string[]> => (await selectRestorable(trx, assetIds, userId, now)).map(({ id }) => id);

const selectRestorable = (database: Database, assetIds: readonly string[], userId: string, now: Date) =>
  Asset.query(database)
    .select('id', 'storageKey', 'wasFavourite')
    .findByIds(assetIds.filter(isId))
    .where({ userId })
    .whereNull('quarantinedAt')
    .whereNotNull('deletedAt')
    .where('restorableUntil', '>', now)
    .orderBy('id');

/**
 * Takes deletions back. What was a favourite is one again, as far as the person may have more. A post that was taken out
 * of a gallery stays out. An asset whose bytes are gone, as after the restore of a backup, stays deleted.
 * @returns those of them that are not deleted now: a repeat answers the same.
 */
export async function restoreAssets(
  deps: Deps & { storage: Pick<Storage, 'stat'> },
  assetIds: readonly string[],
  userId: string,
  favouritesAtMost: number,
): Promise<string[]> {
  const { database, clock, storage } = deps;
  const found = await selectRestorable(database, assetIds, userId, clock.now());
  const stored = await Promise.all(found.map(({ storageKey }) => storage.stat(storageKey)));
  const wholeIds = found.map(({ id }) => id).filter((_id, index) => stored[index]);
  return inTransaction(database, async (trx) => {
    // The account's row is the lock under which the person's favourites are counted.
    await User.query(trx).findById(userId).select('id').forUpdate();
    const deleted = await selectRestorable(trx, wholeIds, userId, clock.now()).forUpdate();
    const ids = deleted.map(({ id }) => id);
    await Asset.query(trx)
      .findByIds(ids)
      .patch({ deletedAt: null, restorableUntil: null, wasFavourite: false });
    const kept = await Asset.query(trx).where({ userId, favourite: true }).resultSize();
    const again = deleted.filter(({ wasFavourite }) => wasFavourite);
    await Asset.query(trx)
      .findByIds(again.slice(0, Math.max(0, favouritesAtMost - kept)).map(({ id }) => id))
      .patch({ favourite: true });
    const shown = await Asset.query(trx)
      .select('id')
      .findByIds(assetIds.filter(isId))
      .where({ userId })
      .whereNull('deletedAt')
      .whereNull('quarantinedAt');
    return shown.map(({ id }) => id);
  });
}
