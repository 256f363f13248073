import type { Database } from '../../ground/db/connect.ts';
import { Asset } from '../../ground/db/models/asset.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { isId } from '../../ground/runtime/ids.ts';
import { restorableMs } from './deleteAssets.ts';
import { type FoundAsset, withTasks } from './listAssets.ts';

interface Deps {
  database: Database;
  clock: Clock;
}

/** Those whose deletion the person can take back, the last deleted first. */
export async function listDeleted(
  { database, clock }: Deps,
  userId: string,
  { limit, beforeId }: { limit: number; beforeId?: string },
): Promise<FoundAsset[]> {
  const now = clock.now();
  const query = Asset.query(database)
    .from(database.raw('assets FORCE INDEX (assets_months)'))
    .where({ userId })
    // No older one can be restored: it bounds the entries that are read.
    .where('deletedAt', '>', new Date(now.getTime() - restorableMs))
    .whereNull('quarantinedAt')
    .where('restorableUntil', '>', now)
    .where('isMask', false)
    .orderByRaw('deleted_at DESC, quarantined_at DESC, created_at DESC, id DESC')
    .limit(limit);
  const last = beforeId === undefined ? undefined : parsePlace(beforeId);
  if (last)
    query
      .where('deletedAt', '<=', last.deletedAt)
      .whereRaw('(deleted_at, created_at, id) < (?, ?, ?)', [last.deletedAt, last.createdAt, last.id]);
  return withTasks(database, await query);
}

/** Where the list goes on after this one, whatever becomes of it meanwhile. */
export const placeOfDeleted = ({ deletedAt, createdAt, id }: Asset): string =>
  [deletedAt?.getTime(), createdAt.getTime(), id].join(' ');

export const isPlaceOfDeleted = (text: string): boolean => parsePlace(text) !== undefined;

function parsePlace(text: string) {
  const [, deletedAt, createdAt, id = ''] = /^(\d{1,15}) (\d{1,15}) (\S+)$/.exec(text) ?? [];
  if (!isId(id)) return undefined;
  return { deletedAt: new Date(Number(deletedAt)), createdAt: new Date(Number(createdAt)), id };
}
