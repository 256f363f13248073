import type { Knex } from 'knex';
import type { Database } from '../../ground/db/connect.ts';
import { Asset } from '../../ground/db/models/asset.ts';
import { findNeededImages } from '../../work/tasks/neededImages.ts';
import { type AgeCut, type CutBatch, cutByAge } from './cutByAge.ts';

/** What shows people a model, or holds layers of a project, stays as long as that names it, unless it is deleted. */
const withoutNamed = (query: Knex.QueryBuilder): Knex.QueryBuilder =>
  query.where((free) =>
    free.whereNotNull('assets.deletedAt').orWhereRaw(
      `NOT EXISTS (SELECT 1 FROM model_entries WHERE model_entries.sample_id = assets.id)
         AND NOT EXISTS (SELECT 1 FROM project_assets WHERE project_assets.asset_id = assets.id)`,
    ),
  );

/** An asset whose deletion its owner may take back stays; the hour before is for clocks that differ. */
const withoutRestorable = (query: Knex.QueryBuilder, before: Date): Knex.QueryBuilder =>
  query.where((gone) => gone.whereNull('restorableUntil').orWhere('restorableUntil', '<', before));

const sparedMs = 3_600_000;

/** Assets that nobody deleted, and that have lasted as long as they may. */
export const expiredAssets = (createdBefore: Date, nowMs: number): AgeCut => ({
  table: 'assets',
  column: 'createdAt',
  before: createdBefore,
  skip: (query) =>
    withoutNamed(withoutRestorable(query, new Date(nowMs - sparedMs)).where({ favourite: false })),
});

/** Expired assets that are neither favourites nor named elsewhere, then deleted ones. */
export function cutAssets(database: Database, createdBefore: Date, nowMs: number): CutBatch {
  const deletedBefore = new Date(nowMs - sparedMs);
  const remove = (ids: readonly string[]) => deleteUnneeded(database, ids, deletedBefore);
  const skip = (query: Knex.QueryBuilder) => withoutRestorable(query, deletedBefore);
  const rest = [
    cutByAge(database, expiredAssets(createdBefore, nowMs), remove),
    cutByAge(database, { table: 'assets', column: 'deletedAt', before: deletedBefore, skip }, remove),
  ];
  return async () => {
    const [cut] = rest;
    if (!cut) return { deleted: 0, isMore: false };
    const { deleted, isMore } = await cut();
    if (!isMore) rest.shift();
    return { deleted, isMore: rest.length > 0 };
  };
}

/** Deletes those that no unfinished task of the same person still has to send to a backend. */
async function deleteUnneeded(
  database: Database,
  ids: readonly string[],
  restorableBefore: Date,
): Promise<number> {
  const owners = await Asset.query(database)
    .distinct('userId')
    .findByIds([...ids]);
  const needed = await findNeededImages(
    database,
    owners.map(({ userId }) => userId),
  );
  const neededIds = new Set(needed.map(({ assetId }) => assetId));
  const mayGo = ids.filter((id) => !neededIds.has(id));
  const rows = database('assets').whereIn('id', mayGo).where({ favourite: false });
  return withoutNamed(withoutRestorable(rows, restorableBefore)).delete();
}
